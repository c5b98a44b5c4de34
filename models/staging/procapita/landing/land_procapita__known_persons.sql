-- The numbers of the persons that may be read, with their ids: a row of another table that names nobody here counts for nothing.
-- One row a source system and number (source_system, civic_key); of several personguids the lowest of kj1v0per, then of kjgv0per, is the id.
-- Change: a further person table of the register is added here and in stg_procapita__person_numbers.

with

person_rows as (

    select source_system, 1 as module_rank, civic_key, personguid from {{ ref('land_procapita__kj1v0per') }}
    union all
    select source_system, 2, civic_key, personguid from {{ ref('land_procapita__kjgv0per') }}

),

known_persons as (

    select
        source_system,
        civic_key,
        coalesce({{ first_text('case when module_rank = 1 then personguid end') }}, {{ first_text('personguid') }}) as person_key
    from person_rows
    where civic_key is not null
    group by source_system, civic_key

)

select * from known_persons
