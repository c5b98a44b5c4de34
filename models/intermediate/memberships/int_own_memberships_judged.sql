-- Every membership that the customer adds gets a verdict: delivered, or not and why.
-- One row is a row of the hook model local_memberships that names a person who may be read. Key: own_membership_row. A blank reason_code
-- means that the membership is delivered.
-- Change: reasons in int_own_memberships_exclusions.

with

located as (

    select * from {{ ref('int_own_memberships_located') }}

),

reasons as (

    {{ first_reason(ref('int_own_memberships_exclusions'), 'own_membership_row') }}

),

judged as (

    select
        located.*,
        reasons.reason_code,
        case when reasons.reason_code is null then {{ window_evidence('located.start_date', 'located.end_date', 'located.days_before', 'located.days_after') }} else reasons.evidence end as evidence
    from located
    left join reasons
        on reasons.own_membership_row = located.own_membership_row

)

select * from judged
