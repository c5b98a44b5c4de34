-- What the receiver must be told so that it holds export_group_memberships: what is new, changed or gone, and what is owed to it again.
-- One row is a student in a group that differs. Key: group_id, person_id.
-- Change: nothing here. The lines follow from the export and from what the receiver has confirmed, releases from delta_mentors_released
-- (MEM-4).

with

released as (

    select group_id from {{ ref('delta_mentors_released') }} where is_mentor_group = 1

),

compared as (

    {{ compare_with_delivered(
        'group_memberships', entity='membership', key=['group_id', 'person_id'], columns=['course_code', 'start_date', 'end_date'],
        released='delivered.group_id in (select released.group_id from released)'
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
