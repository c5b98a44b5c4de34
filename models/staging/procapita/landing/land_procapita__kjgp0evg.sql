-- Students in teaching groups of the gymnasium.
-- One row a row of kjgp0evg, less those that name a protected or unknown person.
-- Change: a site's own column names are mapped in extract_columns.csv of its profile.

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
