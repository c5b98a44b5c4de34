-- Every employment gets a verdict at every school its unit feeds: it gives a duty, or not and why.
-- One row an employment at a school (duty_row).
-- Change: reasons in int_employments_exclusions.

with

located as (

    select * from {{ ref('int_employments_located') }}

),

reasons as (

    {{ first_reason(ref('int_employments_exclusions'), 'duty_row') }}

),

judged as (

    select
        located.*,
        reasons.reason_code,
        case when reasons.reason_code is null then {{ window_evidence('located.start_date', 'located.end_date', 'located.days_before', 'located.days_after') }} else reasons.evidence end as evidence
    from located
    left join reasons
        on reasons.duty_row = located.duty_row

)

select * from judged
