-- Addresses in the e-mail register. A row with a blank address lands, and counts as none.
-- One row a row of register_epost, less those that name a protected or unknown person.
-- Change: a site's own column names are mapped in extract_columns.csv of its profile.

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
