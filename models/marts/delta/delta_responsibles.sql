-- What has to be said so that the receiver holds export_responsibles: what is new, changed or gone, and what it is owed again.
-- One row a guardian of a child that differs (child_id, responsible_id); `changed` lists the columns of an update.
-- Change: nothing here; the delta follows from export_responsibles and what the receiver has confirmed.

with

compared as (

    {{ compare_with_delivered('responsibles', entity='responsible', key=['child_id', 'responsible_id'], columns=['relation_type']) }}

),

-- What is paused waits (LIFE-4).
said as (

    select *
    from compared
    where operation is not null
        and compared.child_id not in (select waiting.person_id from {{ ref('delta_paused_members') }} as waiting)

)

select * from said
