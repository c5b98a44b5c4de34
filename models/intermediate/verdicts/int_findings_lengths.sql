-- The values that are too long for their column of ours. They are delivered blank, never cut (DQ-2).
-- One row is a value. No key.
-- Change: lengths in vars.columns of dbt_project.yml.

with

found as (

    {%- for column in person_attributes() %}
    select 'person' as entity, source_system, source_key, cast(null as nvarchar(100)) as school_id, '{{ column }}' as column_name, len({{ column }}) as value_length
    from {{ ref('int_persons_judged') }}
    where reason_code is null and person_rank = 1 and len({{ column }}) > {{ length_of(column) }}
    union all
    {%- endfor %}
    {%- for column in ['duty_role', 'signature'] %}
    select 'duty', source_system, source_key, school_id, '{{ column }}', len({{ column }})
    from {{ ref('int_employments_judged') }}
    where reason_code is null and len({{ column }}) > {{ length_of(column) }}
    union all
    {%- endfor %}
    {%- for column in ['school_name', 'school_unit_code'] %}
    select 'school', source_system, unit_id, school_id, '{{ column }}', len({{ column }})
    from {{ ref('int_schools_configured') }}
    where len({{ column }}) > {{ length_of(column) }}
    union all
    {%- endfor %}
    {%- for column in ['subject_code', 'course_code'] %}
    select 'staff', source_system, source_key, school_id, '{{ column }}', len({{ column }})
    from {{ ref('int_activities_judged') }}
    where reason_code is null and len({{ column }}) > {{ length_of(column) }}
    union all
    {%- endfor %}
    select 'enrolment', source_system, source_key, school_id, 'grade', len(placement_grade)
    from {{ ref('int_placements_judged') }}
    where reason_code is null and len(placement_grade) > {{ length_of('grade') }}
    union all
    select 'enrolment', source_system, source_key, school_id, 'study_plan_code', len(study_plan_code)
    from {{ ref('int_placements_judged') }}
    where reason_code is null and len(study_plan_code) > {{ length_of('study_plan_code') }}

),

phrased as (

    select
        'value_too_long' as finding_code,
        entity,
        source_system,
        source_key,
        school_id,
        concat('column=', column_name, '; length=', value_length) as evidence
    from found

)

select * from phrased
