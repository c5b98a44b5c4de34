-- Whom the receiver has from us and a register protects by now (PER-2), by id in any register or by the number that was delivered.
-- One row a person (person_id). A view over the sources and what is confirmed: it is asked when something is sent, and never stored.
-- Change: what counts as protected stands in stg_<system>__protected_persons.

with

protected_ids as (

    select * from {{ ref('stg_protected_person_ids') }}

),

protected_numbers as (

    select * from {{ ref('stg_protected_persons') }}

),

-- Whoever stands in anything that is confirmed, and who left but is kept at the receiver.
received as (

    select person_id, civic_no from {{ source('delivery', 'delivered_persons') }}
    union all
    select person_id, civic_no from {{ source('delivery', 'kept_persons') }}
    union all
    select person_id, {{ typed('null', 'civic_no') }} from {{ source('delivery', 'delivered_enrolments') }}
    union all
    select person_id, {{ typed('null', 'civic_no') }} from {{ source('delivery', 'delivered_duties') }}
    union all
    select child_id, {{ typed('null', 'civic_no') }} from {{ source('delivery', 'delivered_responsibles') }}
    union all
    select responsible_id, {{ typed('null', 'civic_no') }} from {{ source('delivery', 'delivered_responsibles') }}
    union all
    select person_id, {{ typed('null', 'civic_no') }} from {{ source('delivery', 'delivered_group_memberships') }}
    union all
    select person_id, {{ typed('null', 'civic_no') }} from {{ source('delivery', 'delivered_group_staff') }}

),

protected as (

    select distinct person_id
    from received
    where {{ id_key('person_id') }} in (select protected_ids.person_id from protected_ids)
        or replace(civic_no, '-', '') in (select protected_numbers.civic_key from protected_numbers)

)

select * from protected
