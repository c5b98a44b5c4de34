-- Every candidate group gets a verdict: delivered, or not and why.
-- One row is a candidate group. Key: group_row. A blank reason_code means that the group is delivered. A group that memberships make exists
-- only if one of them names it. Without that it is judged, but stands in no report: its only member may be protected.
-- Change: reasons in int_groups_exclusions.

with

located as (

    select * from {{ ref('int_groups_located') }}

),

reasons as (

    {{ first_reason(ref('int_groups_exclusions'), 'group_row') }}

),

named as (

    select distinct source_system, concat('group-', group_key) as register_key from {{ ref('int_group_memberships_conformed') }}

),

judged as (

    select
        located.*,
        reasons.reason_code,
        case when reasons.reason_code is null then {{ window_evidence('located.start_date', 'located.end_date', 'located.days_before', 'located.days_after') }} else reasons.evidence end as evidence,
        case when reasons.reason_code in ('group_without_members', 'group_without_student_activities') and named.register_key is null then 0 else 1 end as is_reported
    from located
    left join reasons
        on reasons.group_row = located.group_row
    left join named
        on named.source_system = located.source_system
        and named.register_key = located.register_key

)

select * from judged
