-- The employments at units.
-- One row is a row of personal that names a person who may be read. Rows of protected and unknown persons do not land. No key: the register
-- may repeat one.
-- Change: the profile's seeds/extract_columns.csv maps a site's own column names.

with

source_rows as (

    {{ read_source('extens', 'school', 'personal', ['anstallning_id', 'person_id', 'enhet_id', 'signatur', 'befattning', 'status', 'startdatum', 'slutdatum']) }}

),

known_persons as (

    select * from {{ ref('land_extens__known_persons') }}

),

cut as (

    select
        source_rows.source_system,
        known_persons.person_key,
        source_rows.anstallning_id,
        source_rows.enhet_id,
        source_rows.signatur,
        source_rows.befattning,
        source_rows.status,
        source_rows.startdatum,
        source_rows.slutdatum
    from source_rows
    inner join known_persons
        on {{ is_same_id('known_persons', 'person_key', 'source_rows', 'person_id') }}

)

select * from cut
