-- Every candidate group, whatever makes it a group, with the window it must be in: a class, a teaching or mentor group, activities on a
-- class, or a mentor named on students.
-- One row is a candidate group. Key: group_row. register_row is blank if no row of the register stands for the group.
-- Change: windows in the profile's seeds/sync_windows.csv, entities class and group. A class group has the window of a class.

with

classes as (

    select
        group_kind, source_system, source_key, key_rank, register_row, register_key, taken_register_key, cast(null as nvarchar(200)) as class_register_key,
        cast(null as nvarchar(200)) as part_code, cast(null as nvarchar(20)) as name_kind, group_id, unit_id, register_name, group_name, group_type,
        marker_text, made_by, start_date, end_date, unreadable_columns, asked_school_form, school_id, school_form, is_open, is_leavers_unit,
        class_identity, mentor_source, subject_code, course_code, is_other_period,
        cast(null as nvarchar(50)) as class_reason_code, cast(null as nvarchar(1000)) as class_evidence
    from {{ ref('int_classes_located') }}

),

teaching_groups as (

    select
        group_kind, source_system, source_key, key_rank, register_row, register_key, taken_register_key, cast(null as nvarchar(200)) as class_register_key,
        part_code, name_kind, group_id, unit_id, register_name, group_name, group_type,
        marker_text, made_by, start_date, end_date, unreadable_columns, asked_school_form, school_id, school_form, is_open, is_leavers_unit,
        class_identity, mentor_source, subject_code, course_code, 0 as is_other_period, cast(null as nvarchar(60)) as class_reason_code, cast(null as nvarchar(1000)) as class_evidence
    from {{ ref('int_teaching_groups_located') }}

),

class_activities as (

    select
        group_kind, source_system, source_key, key_rank, cast(null as bigint) as register_row, register_key, cast(null as nvarchar(200)) as taken_register_key, class_register_key,
        cast(null as nvarchar(200)) as part_code, cast(null as nvarchar(20)) as name_kind, group_id, unit_id, group_name as register_name, group_name, 'Undervisning' as group_type,
        cast(null as nvarchar(100)) as marker_text, cast(null as nvarchar(20)) as made_by, start_date, end_date, unreadable_columns, asked_school_form, school_id, school_form, is_open, is_leavers_unit,
        cast(null as nvarchar(20)) as class_identity, mentor_source, subject_code, course_code, 0 as is_other_period, class_reason_code, class_evidence
    from {{ ref('int_class_activities_located') }}

),

student_mentors as (

    select
        group_kind, source_system, source_key, key_rank, cast(null as bigint) as register_row, register_key, cast(null as nvarchar(200)) as taken_register_key, cast(null as nvarchar(200)) as class_register_key,
        cast(null as nvarchar(200)) as part_code, cast(null as nvarchar(20)) as name_kind, group_id, unit_id, cast(null as nvarchar(200)) as register_name, group_name, group_type,
        cast(null as nvarchar(100)) as marker_text, cast(null as nvarchar(20)) as made_by, start_date, end_date, cast(null as nvarchar(200)) as unreadable_columns, asked_school_form, school_id, school_form, is_open, is_leavers_unit,
        cast(null as nvarchar(20)) as class_identity, mentor_source, {{ typed('null', 'subject_code') }}, {{ typed('null', 'course_code') }}, 0, cast(null as nvarchar(60)) as class_reason_code, cast(null as nvarchar(1000)) as class_evidence
    from {{ ref('int_student_mentors_located') }}

),

located as (

    select * from classes
    union all
    select * from teaching_groups
    union all
    select * from class_activities
    union all
    select * from student_mentors

),

windows as (

    select * from {{ ref('int_windows') }}

),

windowed as (

    select
        row_number() over (order by {{ exact('located.group_id') }}, located.key_rank, {{ exact('located.source_system') }}, {{ exact('located.group_kind') }}, located.register_row) as group_row,
        located.*,
        case when located.group_kind = 'class' then 'class' else 'group' end as entity,
        coalesce(windows.days_before, 0) as days_before,
        coalesce(windows.days_after, 0) as days_after
    from located
    left join windows
        on windows.source_system = located.source_system
        and windows.school_form = located.school_form
        and windows.entity = case when located.group_kind in ('class', 'class_group') then 'class' else 'group' end

)

select * from windowed
