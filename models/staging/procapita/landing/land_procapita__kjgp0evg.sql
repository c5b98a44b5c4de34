-- The students in teaching groups of the gymnasium.
-- One row is a row of kjgp0evg that names a person who may be read. Rows of protected and unknown persons do not land. No key: the register
-- may repeat one.
-- Change: the profile's seeds/extract_columns.csv maps a site's own column names.

with

source_rows as (

    {{ read_source('procapita', 'gymnasium', 'kjgp0evg', ['skolenhet', 'skolform', 'grupp', 'kurskod', 'personnr', 'period', 'fromdat', 'tomdat', 'avbrottsdatum']) }}

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
        skolenhet,
        skolform,
        grupp,
        kurskod,
        period,
        fromdat,
        tomdat,
        avbrottsdatum
    from keyed
    where {{ is_known_person('keyed', 'civic_key') }}

)

select * from cut
