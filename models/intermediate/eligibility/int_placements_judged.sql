-- Every placement gets a verdict: it enrols its student, or not and why.
-- One row a placement row (placement_row).
-- Change: reasons in int_placements_exclusions.

with

located as (

    select * from {{ ref('int_placements_located') }}

),

reasons as (

    {{ first_reason(ref('int_placements_exclusions'), 'placement_row') }}

),

judged as (

    select
        located.*,
        reasons.reason_code,
        case when reasons.reason_code is null then {{ window_evidence('located.start_date', 'located.end_date', 'located.days_before', 'located.days_after') }} else reasons.evidence end as evidence
    from located
    left join reasons
        on reasons.placement_row = located.placement_row

)

select * from judged
