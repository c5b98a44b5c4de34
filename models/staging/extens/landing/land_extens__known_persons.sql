-- The ids of the persons that may be read: a row of another table that names nobody here counts for nothing.
-- One row a source system and id (source_system, person_key).
-- Change: a further person table of the register is added here.

with

known_persons as (

    select distinct
        source_system,
        person_key
    from {{ ref('land_extens__person') }}
    where person_key is not null

)

select * from known_persons
