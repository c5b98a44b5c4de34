-- Every number of every person with a protected identity or address in the population register (PER-1).
-- One row is a number of a protected person. Key: civic_key. A view over the source: who is protected is never stored.
-- Change: stg_procapita__protected_rows says what a flag means.

with

flagged as (

    select * from {{ ref('stg_procapita__protected_rows') }}

),

person_numbers as (

    select * from {{ ref('stg_procapita__person_numbers') }}

),

-- A protected person is protected under each number that the person has had.
other_numbers as (

    select others.civic_key
    from flagged
    inner join person_numbers as named
        on named.civic_key = flagged.civic_key
    inner join person_numbers as others
        on others.person_id = named.person_id

),

protected_persons as (

    select civic_key from flagged
    union
    select civic_key from other_numbers

)

select civic_key from protected_persons where civic_key is not null
