-- The teachers of teaching groups and classes, by signature.
-- One row a row of tjanst, less those whose signature no landed employment bears: that of a protected person, of nobody, or blank.
-- Change: a site's own column names are mapped in the list below.

with

source_rows as (

    {{ read_source('extens', 'school', 'tjanst', ['enhet_id', 'grupp_id', 'klass_id', 'signatur', 'larare_nr']) }}

),

employments as (

    select * from {{ ref('land_extens__personal') }}

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
        from employments
        where employments.source_system = source_rows.source_system
            and {{ exact('employments.signatur') }} = {{ exact('source_rows.signatur') }}
    )

)

select * from cut
