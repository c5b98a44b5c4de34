update {{ delivery }}.deliveries
set state = ?, note = ?, changed_at = ?
where sequence = ?
