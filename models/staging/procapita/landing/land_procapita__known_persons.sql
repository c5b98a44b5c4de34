-- The numbers of the persons that may be read, with their ids: a row of another table that names nobody here counts for nothing.
-- One row a source system and number (source_system, civic_key); of several personguids the lowest is the id.
-- Change: a further person table of the register is added here.

with

known_persons as (

    select
        source_system,
        civic_key,
        min(personguid) as person_key
    from {{ ref('land_procapita__kj1v0per') }}
    where civic_key is not null
    group by source_system, civic_key

)

select * from known_persons
