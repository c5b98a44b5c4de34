-- The classes of the gymnasium, each for a period.
-- One row is a row of kjgp0kla. No key: the register may repeat one.
-- Change: the profile's seeds/extract_columns.csv maps a site's own column names.

with

source_rows as (

    {{ read_source('procapita', 'gymnasium', 'kjgp0kla', ['skolenhet', 'skolform', 'klass', 'period', 'fromdat', 'tomdat', 'mentor_personnr']) }}

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
        skolenhet,
        skolform,
        klass,
        period,
        fromdat,
        tomdat,
        case when {{ is_known_person('keyed', 'mentor_civic_key') }} then mentor_civic_key end as mentor_key
    from keyed

)

select * from cut
