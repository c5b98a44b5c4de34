-- Every placement gets a verdict: it enrols its student, or not and why.
-- One row is a placement row. Key: placement_row. A blank reason_code means that it enrols.
-- Change: reasons in int_placements_exclusions.

with

located as (

    select * from {{ ref('int_placements_located') }}

),

reasons as (

    {{ first_reason(ref('int_placements_exclusions'), 'placement_row') }}

),

without_effect as (

    select distinct placement_row
    from {{ ref('int_placements_exclusions') }}
    where reason_code <> 'placement_without_class'

),

judged as (

    select
        located.*,
        reasons.reason_code,
        case when without_effect.placement_row is null then 1 else 0 end as is_in_effect,
        case when reasons.reason_code is null then {{ window_evidence('located.start_date', 'located.end_date', 'located.days_before', 'located.days_after') }} else reasons.evidence end as evidence
    from located
    left join reasons
        on reasons.placement_row = located.placement_row
    left join without_effect
        on without_effect.placement_row = located.placement_row

)

select * from judged
