-- What staff of the gymnasium do in classes and groups. It stands for their employment too.
-- One row is a row of kjgp0pak that names a person who may be read. Rows of protected and unknown persons do not land. No key: the register
-- may repeat one.
-- Change: the profile's seeds/extract_columns.csv maps a site's own column names.

with

source_rows as (

    {{ read_source('procapita', 'gymnasium', 'kjgp0pak', ['personnr', 'skolenhet', 'skolform', 'grupp', 'klass', 'kurskod', 'period', 'fromdat', 'tomdat', 'ovrigt', 'signatur']) }}

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
        klass,
        kurskod,
        period,
        fromdat,
        tomdat,
        ovrigt,
        signatur
    from keyed
    where {{ is_known_person('keyed', 'civic_key') }}

)

select * from cut
