-- What has to be said so that the receiver holds export_group_staff: what is new, changed or gone.
-- One row a staff member of a group in a role that differs (group_id, person_id, staff_role); `changed` lists the columns of an update.
-- Change: nothing here; the delta follows from export_group_staff and what the receiver has confirmed.

with

compared as (

    {{ compare_with_delivered('group_staff', key=['group_id', 'person_id', 'staff_role'], columns=['signature', 'link_sources', 'start_date', 'end_date']) }}

)

select * from compared where operation is not null
