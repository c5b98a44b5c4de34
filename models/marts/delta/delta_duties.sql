-- What has to be said so that the receiver holds export_duties: what is new, changed or gone, and what it is owed again.
-- One row a staff member at a school that differs (person_id, school_id); `changed` lists the columns of an update.
-- Change: nothing here; the delta follows from export_duties and what the receiver has confirmed.

with

compared as (

    {{ compare_with_delivered('duties', entity='duty', key=['person_id', 'school_id'], columns=['duty_role', 'signature', 'start_date', 'end_date']) }}

),

-- What is paused waits (LIFE-4).
said as (

    select *
    from compared
    where operation is not null
        and compared.school_id not in (select waiting.school_id from {{ ref('delta_paused_schools') }} as waiting)

)

select * from said
