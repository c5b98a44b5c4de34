-- Placements in classes.
-- One row a row of klassplacering, less those that name a protected or unknown person; such a mentor is blank.
-- Change: a site's own column names are mapped in extract_columns.csv of its profile.

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
