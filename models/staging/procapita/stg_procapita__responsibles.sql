-- Guardians of children in the columns of the conformed register.
-- One row a child and guardian (source_system, child_key, responsible_key).
-- Change: ProCapita names two guardians on the child's own row.

with

person_rows as (

    select source_system, civic_key, guardian1_key, guardian2_key from {{ ref('land_procapita__kj1v0per') }}
    union all
    select source_system, civic_key, guardian1_key, guardian2_key from {{ ref('land_procapita__kjgv0per') }}

),

persons as (

    select * from {{ ref('land_procapita__known_persons') }}

),

named as (

    select source_system, civic_key, guardian1_key as guardian_key from person_rows
    union
    select source_system, civic_key, guardian2_key from person_rows

),

conformed as (

    select
        named.source_system,
        children.person_key as child_key,
        guardians.person_key as responsible_key,
        1 as is_guardian
    from named
    inner join persons as children
        on children.source_system = named.source_system
        and children.civic_key = named.civic_key
    inner join persons as guardians
        on guardians.source_system = named.source_system
        and guardians.civic_key = named.guardian_key
    where children.person_key is not null
        and guardians.person_key is not null

)

select * from conformed
