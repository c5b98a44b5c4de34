-- The ids of protected persons in Extens and IST Administration: flagged there, or bearing a number that any register protects (PER-1).
-- One row a source system and id as it is compared (source_system, person_id). A view over the source: who they are is never stored.
-- Change: what a flag says stands in stg_extens__protected_rows.

with

flagged as (

    select * from {{ ref('stg_extens__protected_rows') }}

),

person_numbers as (

    select * from {{ ref('stg_extens__person_numbers') }}

),

protected_ids as (

    select
        source_system,
        person_id
    from flagged
    where person_id is not null
    union
    select
        source_system,
        person_id
    from person_numbers
    where person_id is not null
        and not ({{ is_open_person('person_numbers.civic_key') }})

)

select * from protected_ids
