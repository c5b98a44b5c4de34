-- What has to be said so that the receiver holds export_group_memberships: what is new, changed or gone.
-- One row a student in a group that differs (group_id, person_id); `changed` lists the columns of an update.
-- Change: nothing here; the delta follows from export_group_memberships and what the receiver has confirmed.

with

compared as (

    {{ compare_with_delivered('group_memberships', key=['group_id', 'person_id'], columns=['course_code', 'start_date', 'end_date']) }}

)

select * from compared where operation is not null
