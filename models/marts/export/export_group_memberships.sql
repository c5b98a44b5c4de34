-- The students of each delivered class and group (MEM-1).
-- One row a group and student.
-- Change: which memberships are delivered stands in int_memberships_exclusions, how they meet in int_memberships_merged.

with

memberships as (

    select * from {{ ref('int_memberships_merged') }}

),

typed as (

    select
        {{ typed('group_id', 'group_id') }},
        {{ typed('person_id', 'person_id') }},
        {{ cut_to_length('course_code', 'course_code') }},
        {{ typed('start_date', 'start_date') }},
        {{ typed('end_date', 'end_date') }}
    from memberships

)

select * from typed
