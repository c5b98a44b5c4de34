-- What staff of the gymnasium do in classes and groups, which is their employment too.
-- One row a row of kjgp0pak, less those that name a protected or unknown person.
-- Change: a site's own column names are mapped in extract_columns.csv of its profile.

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
