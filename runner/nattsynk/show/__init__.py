"""What people read: report, preview, explain, export."""
