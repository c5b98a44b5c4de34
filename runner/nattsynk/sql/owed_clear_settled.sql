-- Nothing is owed of a record that no longer differs; but what is to be said once more (resend) may be paused, and waits.
-- Parameter: entity name.
delete from {{ delivery }}.owed_records
where entity = ?
    and not exists (
        select 1
        from {{ delivery }}.{{ entity.delta }} as d
        where {{ entity.record_key }} = owed_records.record_key
    )
    and (operation <> 'resend' or not exists (
        select 1
        from {{ delivery }}.{{ entity.delivered }} as d
        where {{ entity.record_key }} = owed_records.record_key
    ))
