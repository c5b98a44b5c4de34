-- The persons with a relation to a child, in the columns of int_responsibles_conformed. sambandstyp H is a guardian (GUA-2).
-- One row is a child and another person. Key: source_system, child_key, responsible_key.
-- Change: is_guardian decides which relations are a guardian's.

with

source_rows as (

    select * from {{ ref('land_extens__samband') }}

),

conformed as (

    select
        source_system,
        person_key as child_key,
        samband_person_key as responsible_key,
        max(case when upper(sambandstyp) = 'H' then 1 else 0 end) as is_guardian,
        cast(null as nvarchar(100)) as ambiguous_column
    from source_rows
    group by source_system, person_key, samband_person_key

)

select * from conformed
