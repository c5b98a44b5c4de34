"""`nattsynk check`: everything that a night needs, looked at before it."""
