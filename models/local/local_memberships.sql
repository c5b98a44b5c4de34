-- This customer's own memberships: students whom the register does not have in a class or group.
-- One row is a membership: group_id and person_id as the export files write them, the first and the last day (blank means open).
-- Change: here. Add `union all select ...`. The student must be enrolled, and the group delivered.

select
    cast(null as nvarchar(200)) as group_id,
    cast(null as nvarchar(100)) as person_id,
    cast(null as date) as start_date,
    cast(null as date) as end_date
where 1 = 0
