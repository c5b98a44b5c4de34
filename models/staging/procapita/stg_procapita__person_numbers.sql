-- The persons' numbers in the person tables of ProCapita and TED. They make several numbers, or several rows, one person.
-- One row is a person row of a module. No key: a person may have several rows. A view over the sources, protected persons included: who
-- they are is never stored.
-- Change: add a further person table of the register here and in land_procapita__known_persons.

with

school_rows as (

    {{ read_source('procapita', 'school', 'kj1v0per', ['personnr', 'personguid']) }}

),

gymnasium_rows as (

    {{ read_source('procapita', 'gymnasium', 'kjgv0per', ['personnr', 'personguid']) }}

),

person_numbers as (

    select
        source_system,
        1 as module_rank,
        {{ civic_key('personnr') }} as civic_key,
        {{ id_key('personguid') }} as person_id
    from school_rows
    union all
    select
        source_system,
        2,
        {{ civic_key('personnr') }},
        {{ id_key('personguid') }}
    from gymnasium_rows

)

select * from person_numbers
