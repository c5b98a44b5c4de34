-- Names of Näverby kommun's own, before the register's and before any pattern.
-- One row a name: group_id as export_groups.csv writes it, and group_name.
-- Change: here; add `union all select ...`.

select
    cast('ted-group-9215-SV' as nvarchar(200)) as group_id,
    cast(N'Läsgruppen' as nvarchar(1000)) as group_name
