-- Every employment gets a verdict at every school that its unit feeds: it gives a duty, or not and why.
-- One row is an employment at a school. Key: duty_row. A blank reason_code means that it gives a duty.
-- Change: reasons in int_employments_exclusions.

with

located as (

    select * from {{ ref('int_employments_located') }}

),

reasons as (

    {{ first_reason(ref('int_employments_exclusions'), 'duty_row') }}

),

deceased as (

    select distinct duty_row from {{ ref('int_employments_exclusions') }} where reason_code = 'person_deceased'

),

judged as (

    select
        located.*,
        reasons.reason_code,
        case when located.is_active = 1 and located.signature is not null and deceased.duty_row is null then 1 else 0 end as is_signing,
        case when reasons.reason_code is null then {{ window_evidence('located.start_date', 'located.end_date', 'located.days_before', 'located.days_after') }} else reasons.evidence end as evidence
    from located
    left join reasons
        on reasons.duty_row = located.duty_row
    left join deceased
        on deceased.duty_row = located.duty_row

)

select * from judged
