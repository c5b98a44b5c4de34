-- The teachers and mentors of each delivered class and group (MEM-2).
-- One row is a staff member of a group in a role. Key: group_id, person_id, staff_role.
-- Change: int_activities_exclusions decides which activities link their teacher, int_group_staff_merged how several become one.

with

staff as (

    select * from {{ ref('int_group_staff_merged') }}

),

typed as (

    select
        {{ typed('group_id', 'group_id') }},
        {{ typed('person_id', 'person_id') }},
        {{ typed('staff_role', 'staff_role') }},
        {{ cut_to_length('signature', 'signature') }},
        {{ typed('link_sources', 'link_sources') }},
        {{ typed('start_date', 'start_date') }},
        {{ typed('end_date', 'end_date') }}
    from staff

)

select * from typed
