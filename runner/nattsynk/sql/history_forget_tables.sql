delete from {{ delivery }}.build_tables
where build_id not in (select build_id from {{ delivery }}.builds)
