-- Parameters: entity, key.
delete from {{ delivery }}.owed_records
where entity = ? and record_key = ?
