-- Nothing is owed of a record that no longer differs. Parameter: entity name.
delete from {{ delivery }}.owed_records
where entity = ?
    and not exists (
        select 1
        from {{ delivery }}.{{ entity.delta }} as d
        where {{ entity.record_key }} = owed_records.record_key
    )
