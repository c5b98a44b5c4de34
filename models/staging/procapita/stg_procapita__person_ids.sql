-- Every id that ProCapita and TED have for a person. Rows with one number may have several ids (PER-4, PER-13).
-- One row is an id of a person. Key: source_system, person_key, own_id.
-- Change: int_person_ids_chosen decides which of them is exported.

with

person_rows as (

    select * from {{ ref('stg_procapita__person_rows') }}

),

known_persons as (

    select * from {{ ref('land_procapita__known_persons') }}

),

keyed as (

    select
        person_rows.source_system,
        coalesce(known_persons.person_key, person_rows.own_id) as person_key,
        person_rows.own_id,
        person_rows.module_rank
    from person_rows
    left join known_persons
        on known_persons.source_system = person_rows.source_system
        and known_persons.civic_key = person_rows.civic_key
    where person_rows.own_id is not null

),

person_ids as (

    select
        source_system,
        person_key,
        own_id,
        min(module_rank) as id_rank
    from keyed
    group by source_system, person_key, own_id

)

select * from person_ids
