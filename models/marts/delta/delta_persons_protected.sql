-- The persons whom the receiver has from us and a register now protects (PER-2): by their id in any register, or by the number that was
-- delivered.
-- One row is a person. Key: person_id. A view over the sources and the confirmed state: who is protected is never stored.
-- Change: stg_<family>__protected_persons decides who is protected.

with

protected_ids as (

    select * from {{ ref('stg_protected_person_ids') }}

),

protected_numbers as (

    select * from {{ ref('stg_protected_persons') }}

),

-- Everybody in a confirmed record, and everybody who has left but is kept at the receiver.
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
