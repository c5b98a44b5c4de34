-- Each class or department with the receiver's school that it leads to, its id there and its name (CLS-1, CLS-4, CLS-6, SCH-6).
-- One row is a class row. Key: register_row. school_id is blank if no row of schools.csv takes the class.
-- Change: how a class keeps its id, by school in the profile's seeds/schools.csv, by school form in seeds/rules/school_forms.csv.

with

classes as (

    select * from {{ ref('int_classes_conformed') }}

),

units as (

    select * from {{ ref('int_units_conformed') }} where key_rank = 1

),

configured as (

    select * from {{ ref('int_schools_configured') }}

),

with_form as (

    select
        classes.*,
        coalesce(classes.school_form, units.school_form) as asked_school_form,
        {{ without_comma('classes.class_name') }} as group_name
    from classes
    left join units
        on units.source_system = classes.source_system
        and units.unit_id = classes.unit_id

),

-- A class has its own school year if its dates lie within one. Else it has that of the sync date.
with_school as (

    select
        with_form.*,
        configured.school_id,
        configured.school_form as configured_form,
        configured.is_open,
        configured.is_leavers_unit,
        configured.class_type,
        configured.class_identity,
        configured.mentor_source,
        case
            when {{ school_year('with_form.start_date') }} = {{ school_year('with_form.end_date') }} then {{ school_year('with_form.start_date') }}
            else {{ school_year(sync_date()) }}
        end as school_year
    from with_form
    left join configured
        on configured.source_system = with_form.source_system
        and configured.unit_id = with_form.unit_id
        and (configured.unit_rows = 1 or configured.school_form = with_form.asked_school_form)

),

located as (

    select
        'class' as group_kind,
        source_system,
        source_key,
        key_rank,
        is_other_period,
        class_row as register_row,
        case when class_key is not null then concat('class-', class_key) end as register_key,
        cast(null as nvarchar(200)) as taken_register_key,
        case
            when class_identity = 'school_year' then concat(source_system, '-class-', class_key, '-', school_year)
            else concat(source_system, '-class-', class_key)
        end as group_id,
        unit_id,
        class_name as register_name,
        group_name,
        class_type as group_type,
        cast(null as nvarchar(4000)) as marker_text,
        cast(null as nvarchar(20)) as made_by,
        start_date,
        end_date,
        unreadable_columns,
        asked_school_form,
        school_id,
        configured_form as school_form,
        is_open,
        is_leavers_unit,
        class_identity,
        mentor_source,
        cast(null as nvarchar(100)) as subject_code,
        cast(null as nvarchar(100)) as course_code
    from with_school

)

select * from located
