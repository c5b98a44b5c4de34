-- Every candidate membership gets a verdict: delivered, or not and why.
-- One row is a candidate membership and a group that it leads to. Key: membership_row. A blank reason_code means that the membership is
-- delivered.
-- Change: reasons in int_memberships_exclusions.

with

located as (

    select * from {{ ref('int_memberships_located') }}

),

reasons as (

    {{ first_reason(ref('int_memberships_exclusions'), 'membership_row') }}

),

judged as (

    select
        located.*,
        reasons.reason_code,
        case when reasons.reason_code is null then {{ window_evidence('located.start_date', 'located.end_date', 'located.days_before', 'located.days_after') }} else reasons.evidence end as evidence
    from located
    left join reasons
        on reasons.membership_row = located.membership_row

)

select * from judged
