-- Who is responsible for which child, in all registers of the profile (GUA-1, GUA-2).
-- One row is a child and another person of a register. Key: responsible_row.
-- Change: stg_<family>__responsibles decides which relations are guardianship.

with

responsibles as (

    {{ union_staging('responsibles') }}

),

persons as (

    select * from {{ ref('int_persons_identified') }} where key_rank = 1

),

conformed as (

    select
        row_number() over (order by {{ exact('responsibles.source_system') }}, {{ exact('responsibles.child_key') }}, {{ exact('responsibles.responsible_key') }}, {{ exact('responsibles.ambiguous_column') }}) as responsible_row,
        responsibles.*,
        children.person_id as child_id,
        guardians.person_id as responsible_id,
        guardians.person_id,
        concat(children.person_id, '-', guardians.person_id) as source_key
    from responsibles
    inner join persons as children
        on children.source_system = responsibles.source_system
        and children.person_key = responsibles.child_key
    left join persons as guardians
        on guardians.source_system = responsibles.source_system
        and guardians.person_key = responsibles.responsible_key
    where guardians.person_id is not null or responsibles.ambiguous_column is not null

)

select * from conformed
