-- The placements in classes.
-- One row is a row of klassplacering that names a person who may be read. Rows of protected and unknown persons do not land. No key: the
-- register may repeat one.
-- Change: the profile's seeds/extract_columns.csv maps a site's own column names.

with

source_rows as (

    {{ read_source('extens', 'school', 'klassplacering', ['klass_id', 'person_id', 'startdatum', 'slutdatum', 'status', 'avbrottsdatum', 'mentor_person_id']) }}

),

known_persons as (

    select * from {{ ref('land_extens__known_persons') }}

),

cut as (

    select
        source_rows.source_system,
        known_persons.person_key,
        source_rows.klass_id,
        source_rows.startdatum,
        source_rows.slutdatum,
        source_rows.status,
        source_rows.avbrottsdatum,
        mentors.person_key as mentor_key
    from source_rows
    inner join known_persons
        on {{ is_same_id('known_persons', 'person_key', 'source_rows', 'person_id') }}
    left join known_persons as mentors
        on {{ is_same_id('mentors', 'person_key', 'source_rows', 'mentor_person_id') }}

)

select * from cut
