-- Every reason that speaks against a candidate row, not only the first.
-- One row is a candidate row and a reason. No key: a register may hold a row twice.
-- Change: reasons in the exclusions model of each entity.

with

reasons as (

    select 'school' as entity, judged.source_system, judged.source_key, judged.school_id, cast(null as nvarchar(100)) as person_id, cast(null as nvarchar(200)) as group_id, exclusions.reason_code, exclusions.evidence
    from {{ ref('int_units_exclusions') }} as exclusions
    inner join {{ ref('int_units_judged') }} as judged
        on judged.unit_row = exclusions.unit_row
    union all
    select 'person', judged.source_system, judged.source_key, {{ typed('null', 'school_id') }}, judged.person_id, {{ typed('null', 'group_id') }}, exclusions.reason_code, exclusions.evidence
    from {{ ref('int_persons_exclusions') }} as exclusions
    inner join {{ ref('int_persons_judged') }} as judged
        on judged.person_row = exclusions.person_row
    where judged.is_reported = 1
    union all
    select 'person', source_system, source_key, {{ typed('null', 'school_id') }}, person_id, {{ typed('null', 'group_id') }}, reason_code, evidence
    from {{ ref('int_persons_judged') }}
    where reason_code in ('person_without_link', 'guardians_not_included') and is_reported = 1
    union all
    select 'enrolment', judged.source_system, judged.source_key, judged.school_id, judged.person_id, {{ typed('null', 'group_id') }}, exclusions.reason_code, exclusions.evidence
    from {{ ref('int_placements_exclusions') }} as exclusions
    inner join {{ ref('int_placements_judged') }} as judged
        on judged.placement_row = exclusions.placement_row
    union all
    select 'duty', judged.source_system, judged.source_key, judged.school_id, judged.person_id, {{ typed('null', 'group_id') }}, exclusions.reason_code, exclusions.evidence
    from {{ ref('int_employments_exclusions') }} as exclusions
    inner join {{ ref('int_employments_judged') }} as judged
        on judged.duty_row = exclusions.duty_row
    union all
    select 'responsible', judged.source_system, judged.source_key, {{ typed('null', 'school_id') }}, judged.person_id, {{ typed('null', 'group_id') }}, exclusions.reason_code, exclusions.evidence
    from {{ ref('int_responsibles_exclusions') }} as exclusions
    inner join {{ ref('int_responsibles_judged') }} as judged
        on judged.responsible_row = exclusions.responsible_row
    union all
    select judged.entity, judged.source_system, judged.source_key, judged.school_id, {{ typed('null', 'person_id') }}, judged.group_id, exclusions.reason_code, exclusions.evidence
    from {{ ref('int_groups_exclusions') }} as exclusions
    inner join {{ ref('int_groups_judged') }} as judged
        on judged.group_row = exclusions.group_row
    where judged.is_reported = 1
    union all
    select 'membership', judged.source_system, judged.source_key, judged.school_id, judged.person_id, judged.group_id, exclusions.reason_code, exclusions.evidence
    from {{ ref('int_memberships_exclusions') }} as exclusions
    inner join {{ ref('int_memberships_judged') }} as judged
        on judged.membership_row = exclusions.membership_row
    union all
    select 'membership', judged.source_system, judged.source_key, judged.school_id, judged.person_id, judged.group_id, exclusions.reason_code, exclusions.evidence
    from {{ ref('int_own_memberships_exclusions') }} as exclusions
    inner join {{ ref('int_own_memberships_judged') }} as judged
        on judged.own_membership_row = exclusions.own_membership_row
    union all
    select 'staff', judged.source_system, judged.source_key, judged.school_id, judged.person_id, judged.group_id, exclusions.reason_code, exclusions.evidence
    from {{ ref('int_activities_exclusions') }} as exclusions
    inner join {{ ref('int_activities_judged') }} as judged
        on judged.activity_row = exclusions.activity_row
    where judged.is_reported = 1
    union all
    select 'staff', source_system, source_key, school_id, person_id, group_id, reason_code, evidence
    from {{ ref('int_activities_judged') }}
    where reason_code = 'group_left_out' and is_reported = 1

)

select * from reasons
