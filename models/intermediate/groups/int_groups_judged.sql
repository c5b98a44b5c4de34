-- Every candidate group gets a verdict: delivered, or not and why.
-- One row a class or group row of a register (group_row).
-- Change: reasons in int_groups_exclusions.

with

located as (

    select * from {{ ref('int_groups_located') }}

),

reasons as (

    {{ first_reason(ref('int_groups_exclusions'), 'group_row') }}

),

judged as (

    select
        located.*,
        reasons.reason_code,
        reasons.evidence
    from located
    left join reasons
        on reasons.group_row = located.group_row

)

select * from judged
