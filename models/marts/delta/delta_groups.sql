-- What has to be said so that the receiver holds export_groups: what is new, changed or gone.
-- One row a class, department, teaching or mentor group that differs (group_id); `changed` lists the columns of an update.
-- Change: nothing here; the delta follows from export_groups and what the receiver has confirmed.

with

compared as (

    {{ compare_with_delivered('groups', key=['group_id'], columns=['school_id', 'group_type', 'group_name', 'previous_group_name', 'school_form', 'subject_code', 'course_code', 'start_date', 'end_date']) }}

)

select * from compared where operation is not null
