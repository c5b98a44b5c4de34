-- What the receiver must be told so that it holds export_duties: what is new, changed or gone, and what is owed to it again.
-- One row is a staff member at a school that differs. Key: person_id, school_id.
-- Change: nothing here. The lines follow from export_duties and from what the receiver has confirmed.

with

compared as (

    {{ compare_with_delivered('duties', entity='duty', key=['person_id', 'school_id'], columns=['duty_role', 'signature', 'start_date', 'end_date']) }}

),

-- Paused records wait (LIFE-4).
said as (

    select *
    from compared
    where operation is not null
        and compared.school_id not in (select waiting.school_id from {{ ref('delta_paused_schools') }} as waiting)

)

select * from said
