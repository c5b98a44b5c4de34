-- The members of teaching groups and mentor groups.
-- One row is a row of kj1v0grm that names a person who may be read. Rows of protected and unknown persons do not land. No key: the register
-- may repeat one.
-- Change: the profile's seeds/extract_columns.csv maps a site's own column names.

with

source_rows as (

    {{ read_source('procapita', 'school', 'kj1v0grm', ['grupplnr', 'personnr', 'fromdat', 'tomdat', 'aktiv', 'avbrottsdatum']) }}

),

keyed as (

    select
        source_rows.*,
        {{ civic_key('personnr') }} as civic_key
    from source_rows

),

cut as (

    select
        source_system,
        civic_key,
        grupplnr,
        fromdat,
        tomdat,
        aktiv,
        avbrottsdatum
    from keyed
    where {{ is_known_person('keyed', 'civic_key') }}

)

select * from cut
