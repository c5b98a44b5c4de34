-- The ids in our exports of the protected persons of ProCapita and TED (PER-2).
-- One row an id, in lower case (person_id). A view over the sources: who they are is never stored.
-- Change: who is protected stands in stg_procapita__protected_persons.

with

person_numbers as (

    select * from {{ ref('stg_procapita__person_numbers') }}

),

protected_ids as (

    select distinct {{ person_id('source_system', 'personguid') }} as person_id
    from person_numbers
    where personguid is not null and not ({{ is_open_person('person_numbers.civic_key') }})

)

select * from protected_ids
