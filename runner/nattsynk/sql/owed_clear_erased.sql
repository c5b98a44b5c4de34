-- What an erasure still owes of one entity ends where the register protects them no longer, or nothing of them is confirmed.
-- Parameter: entity name.
delete from {{ delivery }}.owed_records
where entity = ?
    and sequence in (select l.sequence from {{ delivery }}.deliveries as l where l.lane = 'erase')
    and not exists (
        select 1
        from {{ delivery }}.delta_erased_records as d
        where d.entity = '{{ entity.name }}' and {{ entity.record_key }} = owed_records.record_key
    )
