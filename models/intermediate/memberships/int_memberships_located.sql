-- Each placement in a class and each membership of a group, with its group, its window and its student's enrolment (MEM-1, WIN).
-- One row a placement with a class or a membership row (membership_row).
-- Change: with student_lead_basis group_start a membership begins no earlier than its group.

with

candidates as (

    select
        'student_class' as entity,
        source_system,
        source_key,
        person_id,
        class_key,
        cast(null as nvarchar(200)) as group_key,
        cast(null as nvarchar(100)) as course_code,
        start_date,
        end_date,
        cast(null as date) as dropped_out_on,
        is_active,
        cast(null as nvarchar(100)) as unknown_active_code,
        unreadable_columns
    from {{ ref('int_placements_conformed') }}
    where class_key is not null
    union all
    select
        'student_group',
        source_system,
        source_key,
        person_id,
        null,
        group_key,
        course_code,
        start_date,
        end_date,
        dropped_out_on,
        is_active,
        case when is_active_code_known = 0 then active_code end,
        unreadable_columns
    from {{ ref('int_group_memberships_conformed') }}

),

groups as (

    select * from {{ ref('int_groups_located') }} where key_rank = 1

),

students as (

    select distinct person_id from {{ ref('int_enrolments_merged') }}

),

windows as (

    select * from {{ ref('int_windows') }}

),

joined as (

    select
        candidates.source_system,
        candidates.source_key,
        candidates.entity,
        candidates.person_id,
        candidates.class_key,
        candidates.group_key,
        candidates.course_code,
        case
            when {{ setting('student_lead_basis') }} = 'group_start' and groups.start_date > candidates.start_date then groups.start_date
            else candidates.start_date
        end as start_date,
        candidates.end_date,
        candidates.dropped_out_on,
        candidates.is_active,
        candidates.unknown_active_code,
        candidates.unreadable_columns,
        groups.group_row,
        groups.group_id,
        groups.school_id,
        groups.school_form,
        case when students.person_id is null then 0 else 1 end as is_enrolled
    from candidates
    left join groups
        on groups.source_system = candidates.source_system
        and groups.register_key = {{ register_key('candidates') }}
    left join students
        on students.person_id = candidates.person_id

),

located as (

    select
        row_number() over (order by joined.entity, joined.source_system, joined.source_key, joined.person_id, joined.start_date) as membership_row,
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
