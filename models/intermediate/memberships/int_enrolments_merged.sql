-- A student at a school, from all placements and memberships that enrol: the earliest start and the latest end, or open if one of them is
-- open (ENR-1, ENR-2, ENR-3, SCH-3, SCH-4).
-- One row is a student at a school in a school form. Key: person_id, school_id, school_form.
-- Change: nothing here. The grade is that of the latest placement there that has one, whether it enrols or not, then that of the latest
-- class. The study plan code is that of the latest placement that has one.

with

candidates as (

    select
        person_id,
        school_id,
        school_form,
        start_date,
        end_date,
        placement_grade,
        class_grade,
        study_plan_code,
        source_rank,
        source_key,
        case when reason_code is null then 1 else 0 end as is_enrolling
    from {{ ref('int_placements_judged') }}
    where is_in_effect = 1
    union all
    select person_id, school_id, school_form, start_date, end_date, cast(null as nvarchar(10)) as placement_grade, cast(null as nvarchar(10)) as class_grade, {{ typed('null', 'study_plan_code') }}, cast(null as int) as source_rank, source_key, 1
    from {{ ref('int_memberships_enrolling') }}

),

ranked as (

    select
        candidates.*,
        row_number() over (
            partition by person_id, school_id, school_form
            order by start_date desc, source_rank, {{ exact('source_key') }}
        ) as start_rank
    from candidates

),

merged as (

    select
        person_id,
        school_id,
        school_form,
        min(case when is_enrolling = 1 then start_date end) as start_date,
        case when count(case when is_enrolling = 1 then end_date end) = sum(is_enrolling) then max(case when is_enrolling = 1 then end_date end) end as end_date,
        coalesce({{ first_filled('placement_grade', 'start_rank') }}, {{ first_filled('class_grade', 'start_rank') }}) as grade,
        {{ first_filled('study_plan_code', 'start_rank') }} as study_plan_code
    from ranked
    group by person_id, school_id, school_form
    having max(is_enrolling) = 1

)

select * from merged
