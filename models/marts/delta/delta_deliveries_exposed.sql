-- The deliveries that are not sent yet and hold data of somebody who has become protected since (PER-1). Such a person may never have been
-- delivered, but stands in the frozen lines.
-- One row is a delivery. Key: sequence. A view over the sources: who is protected is never stored.
-- Change: nothing here. The runner drops such a delivery and plans it again.

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
