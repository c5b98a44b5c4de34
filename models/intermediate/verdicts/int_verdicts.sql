-- The verdict on every candidate row of every entity: delivered, or left out and why.
-- One row is a candidate row. No key: a register may hold a row twice. A blank reason_code means that the row is delivered. An employment
-- has a row for each school that its unit feeds. A membership that enrols has a second row, as an enrolment. A person or group that nothing
-- points at is no candidate.
-- Change: reasons in the exclusions model of each entity.

with

verdicts as (

    select 'school' as entity, source_system, source_key, school_id, cast(null as nvarchar(100)) as person_id, cast(null as nvarchar(200)) as group_id, reason_code, evidence
    from {{ ref('int_units_judged') }}
    union all
    select 'person', source_system, source_key, {{ typed('null', 'school_id') }}, person_id, {{ typed('null', 'group_id') }}, reason_code, evidence
    from {{ ref('int_persons_judged') }}
    where is_reported = 1
    union all
    select 'enrolment', source_system, source_key, school_id, person_id, {{ typed('null', 'group_id') }}, reason_code, evidence
    from {{ ref('int_placements_judged') }}
    union all
    select 'enrolment', source_system, source_key, school_id, person_id, group_id, {{ typed('null', 'reason_code') }}, {{ window_evidence('start_date', 'end_date', 'days_before', 'days_after') }}
    from {{ ref('int_memberships_enrolling') }}
    union all
    select 'duty', source_system, source_key, school_id, person_id, {{ typed('null', 'group_id') }}, reason_code, evidence
    from {{ ref('int_employments_judged') }}
    union all
    select 'responsible', source_system, source_key, {{ typed('null', 'school_id') }}, person_id, {{ typed('null', 'group_id') }}, reason_code, evidence
    from {{ ref('int_responsibles_judged') }}
    union all
    select entity, source_system, source_key, school_id, {{ typed('null', 'person_id') }}, group_id, reason_code, evidence
    from {{ ref('int_groups_judged') }}
    where is_reported = 1
    union all
    select 'membership', source_system, source_key, school_id, person_id, group_id, reason_code, evidence
    from {{ ref('int_memberships_judged') }}
    union all
    select 'membership', source_system, source_key, school_id, person_id, group_id, reason_code, evidence
    from {{ ref('int_own_memberships_judged') }}
    union all
    select 'staff', source_system, source_key, school_id, person_id, group_id, reason_code, evidence
    from {{ ref('int_activities_judged') }}
    where is_reported = 1

)

select * from verdicts
