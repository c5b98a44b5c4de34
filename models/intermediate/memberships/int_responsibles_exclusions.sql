-- Why a guardian is not delivered as responsible for a child (GUA-1, GUA-2, PER-3, PER-12, PER-16).
-- One row is a child and guardian and a reason. No key: the profile's own reasons may repeat.
-- Change: the settings include_guardians and guardians_of_adults. Own reasons in the profile's models/local_exclusions.sql.

with

responsibles as (

    select * from {{ ref('int_responsibles_conformed') }}

),

students as (

    select distinct person_id from {{ ref('int_enrolments_merged') }}

),

children as (

    select * from {{ ref('int_persons_conformed') }} where person_rank = 1

),

exclusions as (

    select responsible_row, 'guardians_not_included' as reason_code, cast('include_guardians=0' as nvarchar(1000)) as evidence
    from responsibles
    where {{ setting('include_guardians') }} = 0
    union all
    select responsible_row, 'relation_not_guardian', {{ typed('null', 'evidence') }}
    from responsibles
    where is_guardian = 0
    union all
    select responsibles.responsible_row, 'child_not_delivered', concat('child=', responsibles.child_id)
    from responsibles
    left join students
        on students.person_id = responsibles.child_id
    where students.person_id is null
    union all
    select responsibles.responsible_row, 'child_of_age', concat('child=', responsibles.child_id, '; guardians_of_adults=0')
    from responsibles
    inner join children
        on children.person_id = responsibles.child_id
    where {{ setting('guardians_of_adults') }} = 0
        and {{ add_years('children.birth_date', 18) }} <= {{ sync_date() }}
    union all
    select responsible_row, 'own_guardian', concat('child=', child_id)
    from responsibles
    where is_guardian = 1 and child_id = responsible_id
    union all
    {{ person_reasons('responsibles', 'responsible_row', 'guardian') }}
    union all
    {{ local_reasons("'responsible'", 'responsibles', 'responsible_row') }}

)

select * from exclusions
