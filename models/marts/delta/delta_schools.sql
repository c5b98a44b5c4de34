-- What has to be said so that the receiver holds export_schools: what is new, changed or gone.
-- One row a receiver school that differs (school_id); `changed` lists the columns of an update.
-- Change: nothing here; the delta follows from export_schools and what the receiver has confirmed.

with

compared as (

    {{ compare_with_delivered('schools', key=['school_id'], columns=['school_name', 'school_unit_code']) }}

)

select * from compared where operation is not null
