-- The classes, departments, teaching groups and mentor groups of each receiver school.
-- One row is a group. Key: group_id.
-- Change: int_groups_exclusions decides which groups are delivered, int_groups_named their names.

with

groups as (

    select * from {{ ref('int_groups_named') }}

),

subjects as (

    select * from {{ ref('int_group_subjects') }}

),

delivered as (

    select * from {{ source('delivery', 'delivered_groups') }}

),

joined as (

    select
        groups.*,
        coalesce(groups.subject_code, case when groups.group_kind = 'teaching' then subjects.subject_code end) as taught_subject,
        coalesce(groups.course_code, case when groups.group_kind = 'teaching' then subjects.course_code end) as taught_course,
        case
            when {{ exact('groups.group_name') }} <> {{ exact('delivered.group_name') }} then delivered.group_name
        end as previous_name
    from groups
    left join subjects
        on subjects.group_row = groups.group_row
    left join delivered
        on delivered.group_id = groups.group_id

),

typed as (

    select
        {{ typed('group_id', 'group_id') }},
        {{ typed('school_id', 'school_id') }},
        {{ typed('group_type', 'group_type') }},
        {{ typed('group_name', 'group_name') }},
        {{ typed('previous_name', 'previous_group_name') }},
        {{ typed('school_form', 'school_form') }},
        {{ cut_to_length('taught_subject', 'subject_code') }},
        {{ cut_to_length('taught_course', 'course_code') }},
        {{ typed('start_date', 'start_date') }},
        {{ typed('end_date', 'end_date') }}
    from joined

)

select * from typed
