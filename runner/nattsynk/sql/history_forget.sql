-- What is older than history_days goes: deliveries that are over, but for the last confirmed ones and what lies on top of them.
-- Parameter: the earliest time that is kept.
delete from {{ delivery }}.deliveries
where changed_at < ? and state in ('confirmed', 'failed')
    and sequence < (
        select coalesce(max(l.sequence), 0)
        from {{ delivery }}.deliveries as l
        where l.state = 'confirmed' and l.lane = 'main'
    )
    and sequence not in (select o.sequence from {{ delivery }}.owed_records as o)
