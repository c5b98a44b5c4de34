-- The students in teaching groups, with the signature of the grading teacher.
-- One row is a row of elevaktivitet that names a person who may be read. Rows of protected and unknown persons do not land. No key: the
-- register may repeat one.
-- Change: the profile's seeds/extract_columns.csv maps a site's own column names.

with

source_rows as (

    {{ read_source('extens', 'school', 'elevaktivitet', ['aktivitet_id', 'person_id', 'grupp_id', 'kurskod', 'betygsign', 'status', 'startdatum', 'slutdatum', 'avbrottsdatum']) }}

),

known_persons as (

    select * from {{ ref('land_extens__known_persons') }}

),

readable_signatures as (

    select * from {{ ref('stg_readable_signatures') }}

),

cut as (

    select
        source_rows.source_system,
        known_persons.person_key,
        source_rows.aktivitet_id,
        source_rows.grupp_id,
        source_rows.kurskod,
        case
            when exists (
                select 1
                from readable_signatures
                where {{ exact('readable_signatures.signature') }} = {{ exact('source_rows.betygsign') }}
            ) then source_rows.betygsign
        end as betygsign,
        case when source_rows.betygsign is null then 0 else 1 end as has_betygsign,
        source_rows.status,
        source_rows.startdatum,
        source_rows.slutdatum,
        source_rows.avbrottsdatum
    from source_rows
    inner join known_persons
        on {{ is_same_id('known_persons', 'person_key', 'source_rows', 'person_id') }}

)

select * from cut
