-- Parameters: who approves it, until when, now, sequence.
update {{ delivery }}.deliveries
set approved_by = ?, approved_until = ?, changed_at = ?
where sequence = ?
