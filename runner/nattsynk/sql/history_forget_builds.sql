-- Builds that no delivery kept names. Parameter: the earliest time that is kept.
delete from {{ delivery }}.builds
where created_at < ?
    and build_id not in (select build_id from {{ delivery }}.deliveries)
    and build_no < (select max(n.build_no) from {{ delivery }}.builds as n)
