-- What the receiver must be told so that it holds export_responsibles: what is new, changed or gone, and what is owed to it again.
-- One row is a guardian of a child that differs. Key: child_id, responsible_id.
-- Change: nothing here. The lines follow from export_responsibles and from what the receiver has confirmed.

with

compared as (

    {{ compare_with_delivered('responsibles', entity='responsible', key=['child_id', 'responsible_id'], columns=['relation_type']) }}

),

-- Paused records wait (LIFE-4).
said as (

    select *
    from compared
    where operation is not null
        and compared.child_id not in (select waiting.person_id from {{ ref('delta_paused_members') }} as waiting)

)

select * from said
