-- The ids of the persons of Extens and IST Administration who may be read. A row of another table that names nobody here counts for
-- nothing.
-- One row is the id of a person who may be read. Key: source_system, person_key.
-- Change: add a further person table of the register here.

with

known_persons as (

    select distinct
        source_system,
        person_key
    from {{ ref('land_extens__person') }}
    where person_key is not null

)

select * from known_persons
