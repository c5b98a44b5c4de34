-- The names behind the keys of the reports, for a school's own administrator. Written on demand only (`report --with-names`).
-- One row is a person's candidate row. No key: a register may hold a row twice.
-- Change: nothing here.

with

verdicts as (

    select distinct entity, source_system, source_key, school_id, person_id from {{ ref('int_verdicts') }} where person_id is not null

),

persons as (

    select * from {{ ref('int_persons_conformed') }} where person_rank = 1

),

named as (

    select
        verdicts.entity,
        verdicts.source_system,
        verdicts.source_key,
        verdicts.school_id,
        {{ cut_to_length('persons.given_name', 'given_name') }},
        {{ cut_to_length('persons.family_name', 'family_name') }}
    from verdicts
    inner join persons
        on persons.person_id = verdicts.person_id

)

select * from named
