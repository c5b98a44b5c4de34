-- What staff do in classes and groups.
-- One row is a row of kj1v0akt that names a person who may be read. Rows of protected and unknown persons do not land. No key: the register
-- may repeat one.
-- Change: the profile's seeds/extract_columns.csv maps a site's own column names.

with

source_rows as (

    {{ read_source('procapita', 'school', 'kj1v0akt', ['aktlnr', 'personnr', 'enhkod', 'klasslnr', 'grupplnr', 'amneskod', 'kurskod', 'ovrigt', 'fromdat', 'tomdat']) }}

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
        aktlnr,
        enhkod,
        klasslnr,
        grupplnr,
        amneskod,
        kurskod,
        ovrigt,
        fromdat,
        tomdat
    from keyed
    where {{ is_known_person('keyed', 'civic_key') }}

)

select * from cut
