update {{ delivery }}.deliveries
set state = 'open', delta_id = ?, changed_at = ?
where sequence = ?
