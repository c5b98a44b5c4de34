-- The relations between persons.
-- One row is a row of samband whose two persons may be read. Rows with a protected or unknown person on either side do not land. No key:
-- the register may repeat one.
-- Change: the profile's seeds/extract_columns.csv maps a site's own column names.

with

source_rows as (

    {{ read_source('extens', 'school', 'samband', ['person_id', 'samband_person_id', 'sambandstyp']) }}

),

known_persons as (

    select * from {{ ref('land_extens__known_persons') }}

),

cut as (

    select
        source_rows.source_system,
        known_persons.person_key,
        others.person_key as samband_person_key,
        source_rows.sambandstyp
    from source_rows
    inner join known_persons
        on {{ is_same_id('known_persons', 'person_key', 'source_rows', 'person_id') }}
    inner join known_persons as others
        on {{ is_same_id('others', 'person_key', 'source_rows', 'samband_person_id') }}

)

select * from cut
