-- The one class that all students of a teaching group are in, for patterns of names that ask for it (NAM-6).
-- One row is a delivered teaching group whose students share exactly one class. Key: group_row.
-- Change: nothing here. Memberships and placements count in their windows, whatever else leaves a student's row out.

with

patterns as (

    select distinct source_system, school_form
    from {{ ref('int_group_name_patterns') }}
    where pattern like '%{class}%'

),

groups as (

    select groups.group_row
    from {{ ref('int_groups_judged') }} as groups
    inner join patterns
        on patterns.source_system = groups.source_system
        and patterns.school_form = groups.school_form
    where groups.group_kind = 'teaching' and groups.reason_code is null

),

current_memberships as (

    select
        memberships.*,
        {{ window_reason('membership', 'memberships.start_date', 'memberships.end_date', 'memberships.days_before', 'memberships.days_after') }} as window_reason
    from {{ ref('int_memberships_located') }} as memberships
    where memberships.source_key is not null and memberships.is_active = 1 and memberships.unreadable_columns is null and memberships.incomplete_columns is null and memberships.person_id is not null

),

students as (

    select distinct current_memberships.group_row, current_memberships.person_id
    from current_memberships
    inner join groups
        on groups.group_row = current_memberships.group_row
    where current_memberships.window_reason is null

),

placed as (

    select distinct
        current_memberships.source_system,
        current_memberships.register_key,
        current_memberships.person_id
    from current_memberships
    where current_memberships.origin = 'placement' and current_memberships.window_reason is null
        and coalesce(current_memberships.group_kind, 'class') <> 'class_activity'

),

student_counts as (

    select group_row, count(*) as students
    from students
    group by group_row

),

shared as (

    select students.group_row, placed.source_system, placed.register_key
    from students
    inner join placed
        on placed.person_id = students.person_id
    inner join student_counts
        on student_counts.group_row = students.group_row
    group by students.group_row, placed.source_system, placed.register_key
    having count(*) = max(student_counts.students)

),

classes as (

    select * from {{ ref('int_classes_located') }} where key_rank = 1

),

named as (

    select
        shared.group_row,
        {{ first_text('classes.group_name') }} as class_name
    from shared
    inner join classes
        on classes.source_system = shared.source_system
        and classes.register_key = shared.register_key
    group by shared.group_row
    having count(*) = 1

)

select * from named
