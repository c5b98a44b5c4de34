-- The numbers of a protected person's guardians, children and co-guardians. Their address would give the protected person away.
-- One row is a number of a relative. Key: civic_key. A view over the source: who is protected is never stored.
-- Change: the setting withhold_relatives_address decides whether it is used.

with

school_rows as (

    {{ read_source('procapita', 'school', 'kj1v0per', ['personnr', 'vardhavare1_personnr', 'vardhavare2_personnr']) }}

),

gymnasium_rows as (

    {{ read_source('procapita', 'gymnasium', 'kjgv0per', ['personnr', 'vardhavare1_personnr', 'vardhavare2_personnr']) }}

),

person_rows as (

    select personnr, vardhavare1_personnr, vardhavare2_personnr from school_rows
    union all
    select personnr, vardhavare1_personnr, vardhavare2_personnr from gymnasium_rows

),

families as (

    select
        {{ civic_key('personnr') }} as child_key,
        {{ civic_key('vardhavare1_personnr') }} as guardian1_key,
        {{ civic_key('vardhavare2_personnr') }} as guardian2_key
    from person_rows

),

protected_families as (

    select *
    from families
    where exists (
        select 1
        from {{ ref('stg_protected_persons') }} as protected_persons
        where protected_persons.civic_key in (families.child_key, families.guardian1_key, families.guardian2_key)
    )

),

withheld as (

    select child_key as civic_key from protected_families
    union
    select guardian1_key from protected_families
    union
    select guardian2_key from protected_families

)

select civic_key from withheld where civic_key is not null
