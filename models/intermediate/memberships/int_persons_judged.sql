-- Every person gets a verdict: delivered, or not and why. A person is a candidate in a role if any row of the register puts the person in
-- it, delivered or not.
-- One row is a person row of a register. Key: person_row. A blank reason_code means that the person is delivered. A person whom no row
-- points at is judged but stands in no report: it could tell of a protected child. A row without id or key, or with an invalid or ambiguous
-- number, is always reported. If another register has the same person, its row is delivered as that person (PER-4).
-- Change: reasons in int_persons_exclusions. A person without an enrolment, duty or relation is not delivered.

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

pointing_rows as (

    select person_id, 1 as is_student, 0 as is_staff, 0 as is_guardian from {{ ref('int_placements_conformed') }}
    union all
    select person_id, 1, 0, 0 from {{ ref('int_group_memberships_conformed') }}
    union all
    select person_id, 0, 1, 0 from {{ ref('int_employments_conformed') }}
    union all
    select person_id, 0, 1, 0 from {{ ref('int_activities_conformed') }}
    union all
    select child_id, 0, 0, 0 from {{ ref('int_responsibles_conformed') }} where is_guardian = 1
    union all
    select responsible_id, 0, 0, 1 from {{ ref('int_responsibles_conformed') }} where is_guardian = 1

),

pointed_at as (

    select
        person_id,
        max(is_student) as is_student,
        max(is_staff) as is_staff,
        max(is_guardian) as is_guardian,
        min(is_guardian) as is_guardian_only
    from pointing_rows
    group by person_id

),

decided as (

    select
        persons.*,
        coalesce(roles.is_student, 0) as is_student,
        coalesce(roles.is_staff, 0) as is_staff,
        coalesce(roles.is_guardian, 0) as is_guardian,
        coalesce(pointed_at.is_student, 0) as is_student_candidate,
        coalesce(pointed_at.is_staff, 0) as is_staff_candidate,
        coalesce(pointed_at.is_guardian, 0) as is_guardian_candidate,
        case
            when roles.person_id is not null and persons.key_rank = 1 then null
            when reasons.reason_code is not null then reasons.reason_code
            when pointed_at.is_guardian_only = 1 and {{ setting('include_guardians') }} = 0 then 'guardians_not_included'
            else 'person_without_link'
        end as reason_code,
        case when roles.person_id is null or persons.key_rank > 1 then reasons.evidence end as evidence,
        case
            when persons.person_key is null or persons.has_key = 0 or persons.civic_no_status = 'invalid' or persons.ambiguous_column is not null then 1
            when roles.person_id is null and pointed_at.person_id is null then 0
            else 1
        end as is_reported
    from persons
    left join roles
        on roles.person_id = persons.person_id
    left join reasons
        on reasons.person_row = persons.person_row
    left join pointed_at
        on pointed_at.person_id = persons.person_id

)

select * from decided
