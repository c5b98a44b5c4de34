-- Every person gets a verdict: delivered, or not and why.
-- One row a person of a register (person_row).
-- Change: reasons in int_persons_exclusions; who has no enrolment, duty or relation is not delivered.

with

persons as (

    select * from {{ ref('int_persons_conformed') }}

),

roles as (

    select * from {{ ref('int_person_roles') }}

),

reasons as (

    {{ first_reason(ref('int_persons_exclusions'), 'person_row') }}

),

judged as (

    select
        persons.*,
        coalesce(roles.is_student, 0) as is_student,
        coalesce(roles.is_staff, 0) as is_staff,
        coalesce(roles.is_guardian, 0) as is_guardian,
        case
            when roles.person_id is not null and persons.key_rank = 1 then null
            else coalesce(reasons.reason_code, 'person_without_link')
        end as reason_code,
        case when roles.person_id is null or persons.key_rank > 1 then reasons.evidence end as evidence
    from persons
    left join roles
        on roles.person_id = persons.person_id
    left join reasons
        on reasons.person_row = persons.person_row

)

select * from judged
