-- The persons of the export who have become protected since the build (PER-2). Nothing is sent as long as there is one.
-- One row is a person. Key: person_id. A view over the sources: who is protected is never stored.
-- Change: nothing here. The next build leaves them out.

with

protected_ids as (

    select * from {{ ref('stg_protected_person_ids') }}

),

protected_numbers as (

    select * from {{ ref('stg_protected_persons') }}

),

persons as (

    select * from {{ ref('export_persons') }}

),

exposed as (

    select person_id
    from persons
    where {{ id_key('person_id') }} in (select protected_ids.person_id from protected_ids)
        or replace(civic_no, '-', '') in (select protected_numbers.civic_key from protected_numbers)

)

select * from exposed
