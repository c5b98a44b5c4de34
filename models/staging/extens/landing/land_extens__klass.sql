-- The classes of Extens and IST Administration.
-- One row is a row of klass. No key: the register may repeat one.
-- Change: the profile's seeds/extract_columns.csv maps a site's own column names.

with

source_rows as (

    {{ read_source('extens', 'school', 'klass', ['klass_id', 'enhet_id', 'klassnamn', 'arskurs', 'startdatum', 'slutdatum', 'mentor_person_id']) }}

),

known_persons as (

    select * from {{ ref('land_extens__known_persons') }}

),

cut as (

    select
        source_rows.source_system,
        source_rows.klass_id,
        source_rows.enhet_id,
        source_rows.klassnamn,
        source_rows.arskurs,
        source_rows.startdatum,
        source_rows.slutdatum,
        mentors.person_key as mentor_key
    from source_rows
    left join known_persons as mentors
        on {{ is_same_id('mentors', 'person_key', 'source_rows', 'mentor_person_id') }}

)

select * from cut
