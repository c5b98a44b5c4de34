-- Names of this customer's own for delivered classes and groups, before the register's and before any pattern.
-- One row a name: group_id as export_groups.csv writes it, and group_name.
-- Change: here; add `union all select ...`. A name that is blank, too long or has a comma where it may not is a finding and is not used.

select
    cast(null as nvarchar(200)) as group_id,
    cast(null as nvarchar(1000)) as group_name
where 1 = 0
