-- Which deliveries that have not gone hold the data of somebody whom a register protects by now: who was never delivered is not erased
-- anywhere, but stands in the frozen lines (PER-1). One row a delivery (sequence). A view over the sources, as delta_persons_exposed.
-- Change: nothing here; the runner lets go of such a delivery, and it is planned anew.

with

protected_ids as (

    select * from {{ ref('stg_protected_person_ids') }}

),

protected_numbers as (

    select * from {{ ref('stg_protected_persons') }}

),

exposed as (

    select distinct sequence
    from {{ source('delivery', 'planned_persons') }}
    where {{ id_key('person_id') }} in (select protected_ids.person_id from protected_ids)
        or replace(civic_no, '-', '') in (select protected_numbers.civic_key from protected_numbers)

)

select * from exposed
