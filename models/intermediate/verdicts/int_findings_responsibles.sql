-- What should be put right about who is guardian of whom: a child that is its own guardian, a guardian younger than the child, a guardian's
-- number that several persons bear (DQ-1, DQ-6, PER-12, PER-16).
-- One row is a finding about a relation. No key.
-- Change: texts in seeds/rules/findings.csv.

with

responsibles as (

    select * from {{ ref('int_responsibles_conformed') }} where is_guardian = 1

),

persons as (

    select * from {{ ref('int_persons_conformed') }} where person_rank = 1

),

schools as (

    select person_id, {{ first_text('school_id') }} as school_id
    from {{ ref('int_enrolments_merged') }}
    group by person_id

),

found as (

    select 'own_guardian' as finding_code, source_system, source_key, child_id, cast(null as nvarchar(1000)) as evidence
    from responsibles
    where child_id = responsible_id
    union all
    select 'civic_no_ambiguous', source_system, source_key, child_id, concat('column=', ambiguous_column)
    from responsibles
    where ambiguous_column is not null
    union all
    select 'guardian_younger', responsibles.source_system, responsibles.source_key, responsibles.child_id, {{ typed('null', 'evidence') }}
    from responsibles
    inner join persons as children
        on children.person_id = responsibles.child_id
    inner join persons as guardians
        on guardians.person_id = responsibles.responsible_id
    where guardians.birth_date > children.birth_date

),

placed as (

    select
        found.finding_code,
        'responsible' as entity,
        found.source_system,
        found.source_key,
        schools.school_id,
        found.evidence
    from found
    left join schools
        on schools.person_id = found.child_id

)

select * from placed
