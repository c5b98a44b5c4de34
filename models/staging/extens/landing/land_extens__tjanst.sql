-- The teachers of teaching groups and classes, by signature.
-- One row is a row of tjanst whose signature a landed employment of any register has. A signature that is blank, nobody's or a protected
-- person's does not land. No key: the register may repeat one.
-- Change: the profile's seeds/extract_columns.csv maps a site's own column names.

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
