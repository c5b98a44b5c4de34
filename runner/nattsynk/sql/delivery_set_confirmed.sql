update {{ delivery }}.deliveries
set state = 'confirmed', applied = ?, unchanged = ?, rejected = ?, changed_at = ?
where sequence = ?
