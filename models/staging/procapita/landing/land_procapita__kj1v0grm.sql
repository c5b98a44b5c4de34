-- Members of teaching groups and mentor groups.
-- One row a row of kj1v0grm, less those that name a protected or unknown person.
-- Change: a site's own column names are mapped in extract_columns.csv of its profile.

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
