-- Every unit row of the register gets a verdict: read, or not and why.
-- One row a unit row (unit_row).
-- Change: reasons in int_units_exclusions.

with

units as (

    select * from {{ ref('int_units_conformed') }}

),

reasons as (

    {{ first_reason(ref('int_units_exclusions'), 'unit_row') }}

),

judged as (

    select
        units.*,
        reasons.reason_code,
        reasons.evidence
    from units
    left join reasons
        on reasons.unit_row = units.unit_row

)

select * from judged
