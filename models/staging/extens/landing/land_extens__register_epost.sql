-- The addresses in the e-mail register. A blank address lands, and counts as none.
-- One row is a row of register_epost that names a person who may be read. Rows of protected and unknown persons do not land. No key: the
-- register may repeat one.
-- Change: the profile's seeds/extract_columns.csv maps a site's own column names.

with

source_rows as (

    {{ read_source('extens', 'school', 'register_epost', ['person_id', 'epost']) }}

),

known_persons as (

    select * from {{ ref('land_extens__known_persons') }}

),

cut as (

    select
        source_rows.source_system,
        known_persons.person_key,
        source_rows.epost
    from source_rows
    inner join known_persons
        on {{ is_same_id('known_persons', 'person_key', 'source_rows', 'person_id') }}

)

select * from cut
