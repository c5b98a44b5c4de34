-- Classes of the gymnasium, each for a period.
-- One row a row of kjgp0kla; a protected or unknown mentor is blank.
-- Change: a site's own column names are mapped in extract_columns.csv of its profile.

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
