-- Every number of every person with a protected identity or address in the population register (PER-1).
-- One row a number (civic_key). A view over the source: who they are is never stored.
-- Change: other flags of protection are added to the conditions of flagged.

with

register_rows as (

    {{ read_source('procapita', 'register', 'ki0v0fol', ['personnr', 'adrskydd', 'skyddadfolkbokf']) }}

),

person_numbers as (

    select * from {{ ref('stg_procapita__person_numbers') }}

),

-- A flag that is blank or N is open, anything else is protected.
flagged as (

    select {{ civic_key('personnr') }} as civic_key
    from register_rows
    where coalesce(upper(adrskydd), 'N') <> 'N'
        or coalesce(upper(skyddadfolkbokf), 'N') <> 'N'

),

-- Who has had another number is protected under that one too.
other_numbers as (

    select others.civic_key
    from flagged
    inner join person_numbers as named
        on named.civic_key = flagged.civic_key
    inner join person_numbers as others
        on others.personguid = named.personguid

),

protected_persons as (

    select civic_key from flagged
    union
    select civic_key from other_numbers

)

select civic_key from protected_persons where civic_key is not null
