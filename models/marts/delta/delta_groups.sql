-- What the receiver must be told so that it holds export_groups: what is new, changed or gone, and what is owed to it again.
-- One row is a group that differs. Key: group_id.
-- Change: the setting group_removal says how a group is removed. delta_mentors_released decides which are released instead (MEM-4).

with

released as (

    select group_id from {{ ref('delta_mentors_released') }} where is_mentor_group = 1

),

compared as (

    {{ compare_with_delivered(
        'groups', entity='group', key=['group_id'],
        columns=['school_id', 'group_type', 'group_name', 'previous_group_name', 'school_form', 'subject_code', 'course_code', 'start_date', 'end_date'],
        released='delivered.group_id in (select released.group_id from released)', removal=setting('group_removal')
    ) }}

),

-- Paused records wait (LIFE-4).
said as (

    select *
    from compared
    where operation is not null
        and not {{ is_paused('compared.school_id', 'compared.school_form') }}

)

select * from said
