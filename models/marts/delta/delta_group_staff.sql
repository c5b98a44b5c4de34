-- What the receiver must be told so that it holds export_group_staff: what is new, changed or gone, and what is owed to it again.
-- One row is a staff member of a group in a role that differs. Key: group_id, person_id, staff_role.
-- Change: nothing here. The lines follow from the export and from what the receiver has confirmed, releases from delta_mentors_released
-- (MEM-4).

with

released as (

    select group_id from {{ ref('delta_mentors_released') }}

),

compared as (

    {{ compare_with_delivered(
        'group_staff', entity='staff', key=['group_id', 'person_id', 'staff_role'], columns=['signature', 'link_sources', 'start_date', 'end_date'],
        released="delivered.staff_role = 'mentor' and delivered.group_id in (select released.group_id from released)"
    ) }}

),

-- Paused records wait (LIFE-4).
said as (

    select *
    from compared
    where operation is not null
        and compared.group_id not in (select waiting.group_id from {{ ref('delta_paused_groups') }} as waiting)

)

select * from said
