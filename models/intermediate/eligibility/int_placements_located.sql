-- Each placement with the receiver's school that it leads to and the window it must be in (ENR-1, SCH-6).
-- One row is a placement row. Key: placement_row. school_id is blank if no row of schools.csv takes the placement.
-- Change: nothing here. If the unit of a placement differs from its class's unit, the class's counts.

with

placements as (

    select * from {{ ref('int_placements_conformed') }}

),

classes as (

    select * from {{ ref('int_classes_conformed') }} where key_rank = 1

),

units as (

    select * from {{ ref('int_units_conformed') }} where key_rank = 1

),

persons as (

    select * from {{ ref('int_persons_conformed') }} where person_rank = 1

),

configured as (

    select * from {{ ref('int_schools_configured') }}

),

windows as (

    select * from {{ ref('int_windows') }} where entity = 'student_school'

),

with_class as (

    select
        placements.placement_row,
        placements.source_system,
        placements.source_key,
        placements.person_id,
        placements.ambiguous_column,
        placements.class_key,
        placements.start_date,
        placements.end_date,
        placements.dropped_out_on,
        placements.is_active,
        placements.unknown_active_code,
        placements.mentor_id,
        placements.ambiguous_mentor_column,
        placements.unreadable_columns,
        placements.grade as placement_grade,
        placements.study_plan_code,
        classes.grade as class_grade,
        classes.class_row,
        coalesce(classes.unit_id, placements.unit_id) as unit_id,
        coalesce(classes.school_form, placements.school_form) as own_school_form
    from placements
    left join classes
        on classes.source_system = placements.source_system
        and classes.class_key = placements.class_key

),

with_form as (

    select
        with_class.*,
        coalesce(with_class.own_school_form, units.school_form) as asked_school_form
    from with_class
    left join units
        on units.source_system = with_class.source_system
        and units.unit_id = with_class.unit_id

),

located as (

    select
        with_form.*,
        configured.source_rank,
        configured.school_id,
        configured.school_form,
        configured.is_open,
        configured.is_leavers_unit,
        configured.mentor_source,
        case when persons.email_student is null then 0 else 1 end as has_email,
        coalesce(windows.days_before, 0) as days_before,
        coalesce(windows.days_after, 0) as days_after
    from with_form
    left join configured
        on configured.source_system = with_form.source_system
        and configured.unit_id = with_form.unit_id
        and (configured.unit_rows = 1 or configured.school_form = with_form.asked_school_form)
    left join persons
        on persons.person_id = with_form.person_id
    left join windows
        on windows.source_system = configured.source_system
        and windows.school_form = configured.school_form

)

select * from located
