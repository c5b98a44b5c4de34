-- The placements at units.
-- One row is a row of elevplacering that names a person who may be read. Rows of protected and unknown persons do not land. No key: the
-- register may repeat one.
-- Change: the profile's seeds/extract_columns.csv maps a site's own column names.

with

source_rows as (

    {{ read_source('extens', 'school', 'elevplacering', ['placering_id', 'person_id', 'enhet_id', 'arskurs', 'status', 'startdatum', 'slutdatum', 'avbrottsdatum']) }}

),

known_persons as (

    select * from {{ ref('land_extens__known_persons') }}

),

cut as (

    select
        source_rows.source_system,
        known_persons.person_key,
        source_rows.placering_id,
        source_rows.enhet_id,
        source_rows.arskurs,
        source_rows.status,
        source_rows.startdatum,
        source_rows.slutdatum,
        source_rows.avbrottsdatum
    from source_rows
    inner join known_persons
        on {{ is_same_id('known_persons', 'person_key', 'source_rows', 'person_id') }}

)

select * from cut
