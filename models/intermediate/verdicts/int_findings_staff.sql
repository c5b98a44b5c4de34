-- What should be put right about staff: signatures that clash or differ, and teachers who have ended (EMP-3, EMP-4). A protected person
-- makes no finding: a signature shared with one is silently ambiguous.
-- One row is a finding about a staff member. No key.
-- Change: texts in seeds/rules/findings.csv.

with

employments as (

    select * from {{ ref('int_employments_judged') }}

),

persons as (

    select * from {{ ref('int_persons_conformed') }} where person_rank = 1

),

duties as (

    select * from {{ ref('int_duties_merged') }}

),

ended_duties as (

    select * from {{ ref('delta_duties') }} where operation = 'delete'

),

schools as (

    select school_id from {{ ref('export_schools') }}

),

links as (

    select * from {{ ref('int_activities_judged') }} where is_reported = 1

),

delivered_groups as (

    select group_row from {{ ref('int_groups_named') }}

),

signed as (

    select
        employments.*,
        {{ exact('signature') }} as exact_signature
    from employments
    where is_signing = 1 and person_id is not null

),

clashing as (

    select school_id, exact_signature, count(distinct person_id) as bearers
    from signed
    group by school_id, exact_signature
    having count(distinct person_id) > 1

),

differing as (

    select person_id, {{ first_text('exact_signature') }} as first_signature, {{ last_text('exact_signature') }} as last_signature
    from signed
    group by person_id
    having min(exact_signature) <> max(exact_signature)

),

found as (

    select 'signature_clash' as finding_code, 'duty' as entity, signed.source_system, signed.source_key, signed.school_id,
        concat('signature=', signed.signature, '; bearers=', clashing.bearers) as evidence
    from signed
    inner join clashing
        on clashing.school_id = signed.school_id
        and clashing.exact_signature = signed.exact_signature
    union all
    select 'signature_differs', 'duty', signed.source_system, signed.source_key, signed.school_id,
        concat('unit=', signed.unit_id, '; signature=', signed.signature, '; signatures=', differing.first_signature, ',', differing.last_signature)
    from signed
    inner join differing
        on differing.person_id = signed.person_id
    union all
    select 'staff_ended', 'person', persons.source_system, persons.source_key, ended_duties.school_id, {{ typed('null', 'evidence') }}
    from ended_duties
    inner join persons
        on persons.person_id = ended_duties.person_id
    inner join schools
        on schools.school_id = ended_duties.school_id
    union all
    -- The register's own list of addresses still has the person.
    select 'staff_ended', 'duty', employments.source_system, employments.source_key, employments.school_id, employments.evidence
    from employments
    left join duties
        on duties.person_id = employments.person_id
        and duties.school_id = employments.school_id
    where employments.reason_code in ('employment_ended', 'employment_inactive')
        and employments.employment_status is not null and employments.is_in_email_register = 1
        and duties.person_id is null
    union all
    -- A class or group still names the person.
    select 'staff_ended', 'staff', links.source_system, links.source_key, links.school_id, links.evidence
    from links
    inner join delivered_groups
        on delivered_groups.group_row = links.group_row
    where links.reason_code in ('teacher_without_employment', 'signature_without_employment')
        and exists (
            select 1
            from employments
            where employments.school_id = links.school_id
                and employments.reason_code in ('employment_ended', 'employment_inactive')
                and (employments.person_id = links.person_id or (links.is_by_signature = 1 and {{ exact('employments.signature') }} = {{ exact('links.link_signature') }}))
        )

)

select * from found
