-- What is owed of the person, in any role. Parameter: the id.
delete from {{ delivery }}.owed_records
where replace(concat('|', record_key, '|'), concat('|', ?, '|'), '') <> concat('|', record_key, '|')
