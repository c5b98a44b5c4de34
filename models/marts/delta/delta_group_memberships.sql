-- What has to be said so that the receiver holds export_group_memberships: what is new, changed or gone, and what it is owed again.
-- One row a student in a group that differs (group_id, person_id); `changed` lists the columns of an update.
-- Change: nothing here; the delta follows from the export and what is confirmed, releases from delta_mentors_released (MEM-4).

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

-- What is paused waits (LIFE-4).
said as (

    select *
    from compared
    where operation is not null
        and compared.group_id not in (select waiting.group_id from {{ ref('delta_paused_groups') }} as waiting)

)

select * from said
