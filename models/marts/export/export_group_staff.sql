-- The teachers and mentors of each delivered class and group (MEM-2).
-- One row a group, staff member and role.
-- Change: which activities link their teacher stands in int_activities_exclusions, how they meet in int_group_staff_merged.

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
