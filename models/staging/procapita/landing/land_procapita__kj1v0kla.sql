-- The classes and pre-school departments of ProCapita and TED.
-- One row is a row of kj1v0kla. No key: the register may repeat one.
-- Change: the profile's seeds/extract_columns.csv maps a site's own column names.

with

source_rows as (

    {{ read_source('procapita', 'school', 'kj1v0kla', ['klasslnr', 'enhkod', 'klassnamn', 'arskurs', 'skolform', 'fromdat', 'tomdat', 'mentor_personnr']) }}

),

keyed as (

    select
        source_rows.*,
        {{ civic_key('mentor_personnr') }} as mentor_civic_key
    from source_rows

),

cut as (

    select
        source_system,
        klasslnr,
        enhkod,
        klassnamn,
        arskurs,
        skolform,
        fromdat,
        tomdat,
        case when {{ is_known_person('keyed', 'mentor_civic_key') }} then mentor_civic_key end as mentor_key
    from keyed

)

select * from cut
