-- The guardians of children, in the columns of int_responsibles_conformed.
-- One row is a child and a guardian. Key: source_system, child_key, responsible_key, ambiguous_column. A guardian with an ambiguous number
-- has no key (PER-12).
-- Change: nothing here. ProCapita names two guardians on the child's own row.

with

person_rows as (

    select * from {{ ref('stg_procapita__person_rows') }}

),

persons as (

    select * from {{ ref('land_procapita__known_persons') }}

),

named as (

    select source_system, civic_key, own_id, guardian1_key as guardian_key, 'vardhavare1_personnr' as guardian_column from person_rows
    union all
    select source_system, civic_key, own_id, guardian2_key, 'vardhavare2_personnr' from person_rows

),

-- If a child's number is ambiguous, the id on its own row identifies the child.
joined as (

    select
        named.source_system,
        case when children.is_number_ambiguous = 1 then named.own_id else children.person_key end as child_key,
        guardians.person_key as responsible_key,
        case
            when guardians.is_number_ambiguous = 1 then named.guardian_column
            when children.is_number_ambiguous = 1 then 'personnr'
        end as ambiguous_column
    from named
    inner join persons as children
        on children.source_system = named.source_system
        and children.civic_key = named.civic_key
    inner join persons as guardians
        on guardians.source_system = named.source_system
        and guardians.civic_key = named.guardian_key

),

conformed as (

    select
        source_system,
        child_key,
        responsible_key,
        1 as is_guardian,
        ambiguous_column
    from joined
    where child_key is not null
        and (responsible_key is not null or ambiguous_column is not null)
    group by source_system, child_key, responsible_key, ambiguous_column

)

select * from conformed
