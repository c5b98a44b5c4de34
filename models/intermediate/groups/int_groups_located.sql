-- Every candidate group of the receiver, class, department, teaching, mentor or class group, with the window it must be in.
-- One row a class or group row of a register, or a mentor named on students (group_row).
-- Change: windows in the profile's seeds/sync_windows.csv, entities class and group; a class group has the window of a class.

with

located as (

    {%- set columns = ['group_kind', 'source_system', 'source_key', 'key_rank', 'register_key', 'taken_register_key', 'group_id', 'unit_id', 'register_name', 'group_name', 'group_type', 'marker_text', 'made_by', 'start_date', 'end_date', 'unreadable_columns', 'asked_school_form', 'school_id', 'school_form', 'is_open', 'is_leavers_unit', 'class_identity', 'mentor_source', 'subject_code', 'course_code'] %}
    {%- for model in ['int_classes_located', 'int_teaching_groups_located', 'int_student_mentors_located'] %}
    select {{ columns | join(', ') }} from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

windows as (

    select * from {{ ref('int_windows') }}

),

windowed as (

    select
        row_number() over (order by located.group_id, located.key_rank, located.source_system, located.group_kind) as group_row,
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
