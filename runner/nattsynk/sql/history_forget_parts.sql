delete from {{ delivery }}.delivery_parts
where sequence not in (select sequence from {{ delivery }}.deliveries)
