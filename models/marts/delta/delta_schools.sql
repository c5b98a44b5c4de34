-- What the receiver must be told so that it holds export_schools: what is new, changed or gone, and what is owed to it again.
-- One row is a receiver school that differs. Key: school_id.
-- Change: nothing here. The lines follow from export_schools and from what the receiver has confirmed.

with

compared as (

    {{ compare_with_delivered('schools', entity='school', key=['school_id'], columns=['school_name', 'school_unit_code']) }}

),

-- Paused records wait (LIFE-4).
said as (

    select *
    from compared
    where operation is not null
        and compared.school_id not in (select waiting.school_id from {{ ref('delta_paused_schools') }} as waiting)

)

select * from said
