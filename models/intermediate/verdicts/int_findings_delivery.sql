-- The records that the receiver did not take and that are owed to it: removed there by hand, so that they are created anew (LIFE-6), or
-- refused.
-- One row is a record. No key. Only records of today's export are here, so no protected person.
-- Change: texts in seeds/rules/findings.csv.

with

owed as (

    select * from {{ source('delivery', 'owed_records') }} where problem_type <> 'resend'

),

group_schools as (

    select group_id, school_id from {{ ref('export_groups') }}

),

-- Keys as the ledger writes them.
records as (

    select 'school' as entity, school_id as record_key, school_id from {{ ref('export_schools') }}
    union all
    select 'person', person_id, {{ typed('null', 'school_id') }} from {{ ref('export_persons') }}
    union all
    select 'enrolment', concat(person_id, '|', school_id, '|', school_form), school_id from {{ ref('export_enrolments') }}
    union all
    select 'duty', concat(person_id, '|', school_id), school_id from {{ ref('export_duties') }}
    union all
    select 'responsible', concat(child_id, '|', responsible_id), {{ typed('null', 'school_id') }} from {{ ref('export_responsibles') }}
    union all
    select 'group', group_id, school_id from {{ ref('export_groups') }}
    union all
    select 'membership', concat(memberships.group_id, '|', memberships.person_id), group_schools.school_id
    from {{ ref('export_group_memberships') }} as memberships
    inner join group_schools
        on group_schools.group_id = memberships.group_id
    union all
    select 'staff', concat(staff.group_id, '|', staff.person_id, '|', staff.staff_role), group_schools.school_id
    from {{ ref('export_group_staff') }} as staff
    inner join group_schools
        on group_schools.group_id = staff.group_id

),

found as (

    select
        case when owed.problem_type like '%unknown-record' then 'removed_at_receiver' else 'refused_by_receiver' end as finding_code,
        records.entity,
        cast(null as nvarchar(20)) as source_system,
        records.record_key as source_key,
        records.school_id,
        concat('problem=', owed.problem_type, case when owed.pointer is not null then concat('; pointer=', owed.pointer) else '' end, '; delivery=', owed.sequence) as evidence
    from owed
    inner join records
        on records.entity = owed.entity
        and records.record_key = owed.record_key

)

select * from found
