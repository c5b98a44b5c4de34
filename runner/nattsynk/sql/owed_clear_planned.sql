-- What a delivery has carried is owed anew or not at all. Parameters: entity name, sequence.
delete from {{ delivery }}.owed_records
where entity = ?
    and exists (
        select 1
        from {{ delivery }}.{{ entity.planned }} as d
        where d.sequence = ? and {{ entity.record_key }} = owed_records.record_key
    )
