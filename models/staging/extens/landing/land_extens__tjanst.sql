-- The teachers of teaching groups and classes, by signature.
-- One row a row of tjanst, less those whose signature no landed employment of any register bears: that of a protected person, of
-- nobody, or blank.
-- Change: a site's own column names are mapped in extract_columns.csv of its profile.

with

source_rows as (

    {{ read_source('extens', 'school', 'tjanst', ['enhet_id', 'grupp_id', 'klass_id', 'signatur', 'larare_nr']) }}

),

readable_signatures as (

    select * from {{ ref('stg_readable_signatures') }}

),

cut as (

    select
        source_system,
        enhet_id,
        grupp_id,
        klass_id,
        signatur,
        larare_nr
    from source_rows
    where exists (
        select 1
        from readable_signatures
        where {{ exact('readable_signatures.signature') }} = {{ exact('source_rows.signatur') }}
    )

)

select * from cut
