-- A student at a school: of all placements that enrol, the earliest start and the latest end, blank if any is open (SCH-3, SCH-4).
-- One row a person, school and school form.
-- Change: the grade is that of the latest placement that has one, then of the latest class.

with

placements as (

    select * from {{ ref('int_placements_judged') }} where reason_code is null

),

ranked as (

    select
        placements.*,
        row_number() over (
            partition by person_id, school_id, school_form
            order by start_date desc, source_system, source_key
        ) as start_rank
    from placements

),

merged as (

    select
        person_id,
        school_id,
        school_form,
        min(start_date) as start_date,
        case when count(end_date) = count(*) then max(end_date) end as end_date,
        coalesce({{ first_filled('placement_grade', 'start_rank') }}, {{ first_filled('class_grade', 'start_rank') }}) as grade,
        cast(null as nvarchar(50)) as study_plan_code
    from ranked
    group by person_id, school_id, school_form

)

select * from merged
