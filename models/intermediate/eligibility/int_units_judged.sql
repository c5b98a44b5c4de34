-- Every unit of the register gets a verdict: read, or not and why.
-- One row is a unit row. Key: unit_row. A blank reason_code means that the unit is read.
-- Change: reasons in int_units_exclusions.

with

units as (

    select * from {{ ref('int_units_conformed') }}

),

schools as (

    select source_system, unit_id, {{ first_text('school_id') }} as school_id
    from {{ ref('int_schools_configured') }}
    group by source_system, unit_id

),

reasons as (

    {{ first_reason(ref('int_units_exclusions'), 'unit_row') }}

),

judged as (

    select
        units.*,
        schools.school_id,
        reasons.reason_code,
        reasons.evidence
    from units
    left join reasons
        on reasons.unit_row = units.unit_row
    left join schools
        on schools.source_system = units.source_system
        and schools.unit_id = units.unit_id

)

select * from judged
