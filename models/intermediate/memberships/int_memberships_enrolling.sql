-- The memberships of teaching groups that enrol their student at the group's school (ENR-2). The enrolment ends with the last of them
-- (ENR-3).
-- One row is a membership row of a register and a group. Key: membership_row, group_id.
-- Change: the setting enrol_by. The days before and after are those of entity student_school. Mentor groups and classes do not enrol here.

with

memberships as (

    select * from {{ ref('int_group_memberships_conformed') }}
    where {{ setting('enrol_by') }} = 'any'
        and source_key is not null and is_active = 1
        and unreadable_columns is null and incomplete_columns is null

),

group_references as (

    select * from {{ ref('int_group_references') }}

),

groups as (

    select * from {{ ref('int_groups_judged') }} where reason_code is null and group_kind = 'teaching'

),

persons as (

    select * from {{ ref('int_persons_conformed') }} where person_rank = 1

),

windows as (

    select * from {{ ref('int_windows') }} where entity = 'student_school'

),

located as (

    select
        memberships.membership_row,
        memberships.source_system,
        memberships.source_key,
        memberships.person_id,
        memberships.ambiguous_column,
        memberships.start_date,
        memberships.end_date,
        groups.group_id,
        groups.school_id,
        groups.school_form,
        case when persons.email_student is null then 0 else 1 end as has_email,
        coalesce(windows.days_before, 0) as days_before,
        coalesce(windows.days_after, 0) as days_after
    from memberships
    inner join group_references
        on group_references.source_system = memberships.source_system
        and group_references.register_key = {{ register_key('memberships', classes=false) }}
        and group_references.is_for_students = 1
    inner join groups
        on groups.group_row = group_references.group_row
    left join persons
        on persons.person_id = memberships.person_id
    left join windows
        on windows.source_system = memberships.source_system
        and windows.school_form = groups.school_form

),

exclusions as (

    {{ person_reasons('located', 'membership_row', 'student') }}
    union all
    {{ local_reasons("'membership'", 'located', 'membership_row') }}

),

-- Memberships that do not enrol have their verdict in int_memberships_judged.
enrolling as (

    select located.*
    from located
    left join (
        select distinct membership_row from exclusions
    ) as excluded
        on excluded.membership_row = located.membership_row
    where excluded.membership_row is null
        and {{ window_reason('membership', 'located.start_date', 'located.end_date', 'located.days_before', 'located.days_after') }} is null
        and (located.has_email = 1 or {{ setting('person_requires_email') }} = 0)

)

select * from enrolling
