-- Memberships of Näverby kommun's own: who gets study support before the register says so.
-- One row a membership: group_id and person_id as the export files write them, first and last day (a blank last day is open).
-- Change: here; add `union all select ...`.

select
    cast('ted-group-9208' as nvarchar(200)) as group_id,
    cast('ted-77e6daca-4fef-57e2-9970-a9d2254874ad' as nvarchar(100)) as person_id,
    cast('2026-01-08' as date) as start_date,
    cast('2026-06-12' as date) as end_date
