-- What staff do in classes and groups.
-- One row a row of kj1v0akt, less those that name a protected or unknown person.
-- Change: a site's own column names are mapped in extract_columns.csv of its profile.

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
