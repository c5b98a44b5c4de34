-- What should be put right about schools and units (SCH-1, SCH-3, SCH-6).
-- One row is a finding about a school, unit or class. No key.
-- Change: texts in seeds/rules/findings.csv.

with

configured as (

    select * from {{ ref('int_schools_configured') }}

),

units as (

    select * from {{ ref('int_units_conformed') }}

),

classes as (

    select * from {{ ref('int_classes_conformed') }}

),

named as (

    select
        configured.*,
        first_value(school_name) over (partition by school_id order by source_rank, {{ exact('unit_id') }}, {{ exact('school_form') }}) as decided_name,
        first_value(school_unit_code) over (partition by school_id order by source_rank, {{ exact('unit_id') }}, {{ exact('school_form') }}) as decided_code
    from configured
    where is_open = 1

),

found as (

    select 'listed_unit_missing' as finding_code, 'school' as entity, source_system, unit_id as source_key, school_id, concat('unit=', unit_id) as evidence
    from configured
    where is_in_register = 0
    union all
    select 'unit_form_differs', 'school', source_system, unit_id, school_id, concat('register=', unit_school_form, '; schools.csv=', school_form)
    from configured
    where unit_rows = 1 and unit_school_form <> school_form
    union all
    select 'school_form_unknown', 'school', units.source_system, units.unit_id, configured.school_id, concat('code=', units.school_form_code)
    from units
    inner join configured
        on configured.source_system = units.source_system
        and configured.unit_id = units.unit_id
    where units.school_form_code is not null and units.school_form is null
    union all
    select distinct 'school_form_unknown', 'class', classes.source_system, classes.source_key, configured.school_id, concat('code=', classes.school_form_code)
    from classes
    inner join configured
        on configured.source_system = classes.source_system
        and configured.unit_id = classes.unit_id
    where classes.school_form_code is not null and classes.school_form is null
    union all
    select 'school_name_differs', 'school', source_system, unit_id, school_id, concat('school_unit_code=', school_unit_code)
    from named
    where {{ exact("coalesce(school_name, '')") }} <> {{ exact("coalesce(decided_name, '')") }}
        or coalesce(school_unit_code, '') <> coalesce(decided_code, '')

)

select * from found
