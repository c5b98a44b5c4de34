-- The placements in classes and at units.
-- One row is a row of kj1v0plk that names a person who may be read. Rows of protected and unknown persons do not land. No key: the register
-- may repeat one.
-- Change: the profile's seeds/extract_columns.csv maps a site's own column names.

with

source_rows as (

    {{ read_source('procapita', 'school', 'kj1v0plk', ['placlnr', 'personnr', 'enhkod', 'klasslnr', 'arskurs', 'placdatum', 'datumtom', 'mentor_personnr']) }}

),

keyed as (

    select
        source_rows.*,
        {{ civic_key('personnr') }} as civic_key,
        {{ civic_key('mentor_personnr') }} as mentor_civic_key
    from source_rows

),

cut as (

    select
        source_system,
        civic_key,
        placlnr,
        enhkod,
        klasslnr,
        arskurs,
        placdatum,
        datumtom,
        case when {{ is_known_person('keyed', 'mentor_civic_key') }} then mentor_civic_key end as mentor_key
    from keyed
    where {{ is_known_person('keyed', 'civic_key') }}

)

select * from cut
