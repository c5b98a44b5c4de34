update {{ delivery }}.delivery_parts
set stored_at = ?
where sequence = ? and part = ?
