-- A student at a school: of all placements and memberships that enrol, the earliest start and the latest end, blank if any is
-- open (ENR-1, ENR-2, ENR-3, SCH-3, SCH-4).
-- One row a person, school and school form.
-- Change: the grade is that of the latest placement that has one, then of the latest class; the study plan code is
-- that of the latest placement that has one.

with

enrolling as (

    select person_id, school_id, school_form, start_date, end_date, placement_grade, class_grade, study_plan_code, source_system, source_key
    from {{ ref('int_placements_judged') }}
    where reason_code is null
    union all
    select person_id, school_id, school_form, start_date, end_date, cast(null as nvarchar(10)) as placement_grade, cast(null as nvarchar(10)) as class_grade, {{ typed('null', 'study_plan_code') }}, source_system, source_key
    from {{ ref('int_memberships_enrolling') }}

),

ranked as (

    select
        enrolling.*,
        row_number() over (
            partition by person_id, school_id, school_form
            order by start_date desc, {{ exact('source_system') }}, {{ exact('source_key') }}
        ) as start_rank
    from enrolling

),

merged as (

    select
        person_id,
        school_id,
        school_form,
        min(start_date) as start_date,
        case when count(end_date) = count(*) then max(end_date) end as end_date,
        coalesce({{ first_filled('placement_grade', 'start_rank') }}, {{ first_filled('class_grade', 'start_rank') }}) as grade,
        {{ first_filled('study_plan_code', 'start_rank') }} as study_plan_code
    from ranked
    group by person_id, school_id, school_form

)

select * from merged
