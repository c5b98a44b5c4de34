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
        reasons.evidence
    from located
    left join reasons
        on reasons.placement_row = located.placement_row

)

select * from judged
