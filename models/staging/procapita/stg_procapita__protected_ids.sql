-- The personguids of protected persons in ProCapita and TED. They protect a row without a number, in whatever module it stands.
-- One row is an id of a protected person. Key: source_system, person_id. A view over the sources: who is protected is never stored.
-- Change: stg_procapita__protected_persons decides who is protected.

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
