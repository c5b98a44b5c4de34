-- Each placement in a class, membership of a group and mentor named on a student, with the groups that it leads to, its window and its
-- student's enrolment (MEM-1, MEM-4, CLS-5, NAM-1, WIN).
-- One row is a candidate membership and a group that it leads to. Key: membership_row. group_row is blank if it leads to none.
-- Change: the setting student_lead_basis. With group_start a membership begins no earlier than its group.

with

placements as (

    select * from {{ ref('int_placements_located') }}

),

candidates as (

    select
        'placement' as origin,
        placement_row as register_row,
        source_system,
        source_key,
        person_id,
        ambiguous_column,
        concat('class-', class_key) as register_key,
        school_id,
        cast(null as nvarchar(100)) as course_code,
        start_date,
        end_date,
        dropped_out_on,
        is_active,
        unknown_active_code,
        cast(null as nvarchar(200)) as incomplete_columns,
        unreadable_columns
    from placements
    where class_key is not null
    union all
    select
        'membership',
        membership_row,
        source_system,
        source_key,
        person_id,
        ambiguous_column,
        {{ register_key('memberships', classes=false) }},
        {{ typed('null', 'school_id') }},
        course_code,
        start_date,
        end_date,
        dropped_out_on,
        is_active,
        unknown_active_code,
        incomplete_columns,
        unreadable_columns
    from {{ ref('int_group_memberships_conformed') }} as memberships
    union all
    select
        'mentor',
        placement_row,
        source_system,
        source_key,
        person_id,
        coalesce(ambiguous_column, ambiguous_mentor_column),
        concat('mentor-', mentor_id, '-', school_id),
        school_id,
        {{ typed('null', 'course_code') }},
        start_date,
        end_date,
        dropped_out_on,
        is_active,
        unknown_active_code,
        cast(null as nvarchar(200)) as incomplete_columns,
        unreadable_columns
    from placements
    where mentor_source = 'student' and (mentor_id is not null or ambiguous_mentor_column is not null)

),

group_references as (

    select * from {{ ref('int_group_references') }}

),

groups as (

    select * from {{ ref('int_groups_located') }}

),

students as (

    select distinct person_id from {{ ref('int_enrolments_merged') }}

),

windows as (

    select * from {{ ref('int_windows') }}

),

joined as (

    select
        candidates.origin,
        candidates.register_row,
        candidates.source_system,
        candidates.source_key,
        case when candidates.origin = 'placement' and coalesce(groups.group_kind, 'class') <> 'class_activity' then 'student_class' else 'student_group' end as entity,
        candidates.person_id,
        candidates.ambiguous_column,
        candidates.register_key,
        candidates.course_code,
        case
            when {{ setting('student_lead_basis') }} = 'group_start' and groups.start_date > candidates.start_date then groups.start_date
            else candidates.start_date
        end as start_date,
        candidates.start_date as own_start_date,
        candidates.end_date,
        candidates.dropped_out_on,
        candidates.is_active,
        candidates.unknown_active_code,
        candidates.incomplete_columns,
        candidates.unreadable_columns,
        groups.group_row,
        groups.group_id,
        groups.group_kind,
        coalesce(groups.school_id, candidates.school_id) as school_id,
        groups.school_form,
        case when students.person_id is null then 0 else 1 end as is_enrolled
    from candidates
    left join group_references
        on group_references.source_system = candidates.source_system
        and group_references.register_key = candidates.register_key
        and group_references.is_for_students = 1
    left join groups
        on groups.group_row = group_references.group_row
    left join students
        on students.person_id = candidates.person_id

),

located as (

    select
        row_number() over (order by {{ exact('joined.origin') }}, {{ exact('joined.source_system') }}, {{ exact('joined.source_key') }}, {{ exact('joined.person_id') }}, joined.start_date, joined.register_row, {{ exact('joined.group_id') }}) as membership_row,
        joined.*,
        coalesce(windows.days_before, 0) as days_before,
        coalesce(windows.days_after, 0) as days_after
    from joined
    left join windows
        on windows.source_system = joined.source_system
        and windows.school_form = joined.school_form
        and windows.entity = joined.entity

)

select * from located
