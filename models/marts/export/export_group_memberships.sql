-- The students of each delivered class and group (MEM-1).
-- One row is a student in a group. Key: group_id, person_id.
-- Change: int_memberships_exclusions decides which memberships are delivered, int_memberships_merged how several become one.

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
