-- Which candidate groups a row of the register leads to, by the class or group that it names (CLS-5, MEM-4, NAM-1, NAM-3). A class of a
-- class group leads to that group. The students of a class also lead to the groups that activities on the class make.
-- One row is a name in the register and a group it leads to. Key: source_system, register_key, group_row.
-- Change: nothing here. Where class groups replace classes, a class leads to the class groups that name it, or to itself if none does.

with

groups as (

    select * from {{ ref('int_groups_located') }} where key_rank = 1

),

systems as (

    {{ profile_systems() }}

),

taken as (

    select distinct source_system, taken_register_key from groups where taken_register_key is not null

),

named as (

    select
        groups.source_system,
        groups.register_key,
        groups.part_code,
        groups.group_row,
        case when groups.group_kind = 'class_activity' then 0 else 1 end as is_for_students,
        1 as is_for_staff
    from groups
    left join taken
        on taken.source_system = groups.source_system
        and taken.taken_register_key = groups.register_key
    where groups.group_kind <> 'student_mentor'
        and taken.taken_register_key is null
    union all
    select source_system, taken_register_key, cast(null as nvarchar(200)) as part_code, group_row, 1, 1
    from groups
    where taken_register_key is not null
    union all
    select source_system, class_register_key, cast(null as nvarchar(200)) as part_code, group_row, 1, 0
    from groups
    where class_register_key is not null
    union all
    select systems.source_system, groups.register_key, cast(null as nvarchar(200)) as part_code, groups.group_row, 1, 1
    from groups
    cross join systems
    where groups.group_kind = 'student_mentor'

)

select * from named
