-- Every id that Extens and IST Administration have for a person.
-- One row is an id of a person. Key: source_system, person_key, own_id. The register's id is the key itself.
-- Change: int_person_ids_chosen decides which of them is exported.

with

known_persons as (

    select * from {{ ref('land_extens__known_persons') }}

),

person_ids as (

    select
        source_system,
        person_key,
        person_key as own_id,
        1 as id_rank
    from known_persons

)

select * from person_ids
