-- The personguids of protected persons in ProCapita and TED: a row without a number is told by them, in whatever module it stands.
-- One row a source system and id as it is compared (source_system, person_id). A view over the sources: who they are is never stored.
-- Change: who is protected stands in stg_procapita__protected_persons.

with

person_numbers as (

    select * from {{ ref('stg_procapita__person_numbers') }}

),

protected_ids as (

    select distinct
        source_system,
        person_id
    from person_numbers
    where person_id is not null
        and not ({{ is_open_person('person_numbers.civic_key') }})

)

select * from protected_ids
