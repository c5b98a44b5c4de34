-- What has to be said so that the receiver holds export_schools: what is new, changed or gone, and what it is owed again.
-- One row a receiver school that differs (school_id); `changed` lists the columns of an update.
-- Change: nothing here; the delta follows from export_schools and what the receiver has confirmed.

with

compared as (

    {{ compare_with_delivered('schools', entity='school', key=['school_id'], columns=['school_name', 'school_unit_code']) }}

),

-- What is paused waits (LIFE-4).
said as (

    select *
    from compared
    where operation is not null
        and compared.school_id not in (select waiting.school_id from {{ ref('delta_paused_schools') }} as waiting)

)

select * from said
