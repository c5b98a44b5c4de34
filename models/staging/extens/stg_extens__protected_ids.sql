-- The ids of protected persons in Extens and IST Administration: flagged there, or with a number that any register protects (PER-1).
-- One row is an id of a protected person. Key: source_system, person_id. A view over the source: who is protected is never stored.
-- Change: stg_extens__protected_rows says what a flag means.

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
