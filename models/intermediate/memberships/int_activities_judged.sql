-- Every link gets a verdict: it links its teacher or mentor to the class or group, or not and why.
-- One row is a link and a group that it leads to. Key: activity_row. A blank reason_code means that it links.
-- Change: reasons in int_activities_exclusions.

with

located as (

    select * from {{ ref('int_activities_located') }}

),

reasons as (

    {{ first_reason(ref('int_activities_exclusions'), 'activity_row') }}

),

groups_left_out as (

    select * from {{ ref('int_groups_judged') }} where reason_code is not null

),

judged as (

    select
        located.*,
        coalesce(reasons.reason_code, case when groups_left_out.group_row is not null then 'group_left_out' end) as reason_code,
        case
            when reasons.reason_code is not null then reasons.evidence
            when groups_left_out.group_row is not null then concat('group=', groups_left_out.group_id, '; reason=', groups_left_out.reason_code)
            else {{ window_evidence('located.start_date', 'located.end_date', 'located.days_before', 'located.days_after') }}
        end as evidence
    from located
    left join reasons
        on reasons.activity_row = located.activity_row
    left join groups_left_out
        on groups_left_out.group_row = located.group_row

)

select * from judged
