-- The roles that a person is delivered in: student, staff, guardian.
-- One row is a person who is delivered. Key: person_id.
-- Change: nothing here. A role comes from an enrolment, a duty or a relation that is delivered, and from nothing else.

with

roles as (

    select person_id, 1 as is_student, 0 as is_staff, 0 as is_guardian from {{ ref('int_enrolments_merged') }}
    union all
    select person_id, 0, 1, 0 from {{ ref('int_duties_merged') }}
    union all
    select responsible_id, 0, 0, 1 from {{ ref('int_responsibles_judged') }} where reason_code is null

),

gathered as (

    select
        person_id,
        max(is_student) as is_student,
        max(is_staff) as is_staff,
        max(is_guardian) as is_guardian
    from roles
    group by person_id

)

select * from gathered
