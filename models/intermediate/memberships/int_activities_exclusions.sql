-- Why an activity links nobody, the class or group itself left aside (MEM-2, GRP-1, EMP-1, PER-3).
-- One row an activity row and reason.
-- Change: texts and priorities in seeds/rules/exclusion_reasons.csv; own reasons in the profile's models/local_exclusions.sql.

with

located as (

    select * from {{ ref('int_activities_located') }}

),

exclusions as (

    select activity_row, 'key_blank' as reason_code, cast(null as nvarchar(1000)) as evidence
    from located
    where source_key is null
    union all
    select activity_row, 'date_unreadable', concat('columns=', unreadable_columns)
    from located
    where unreadable_columns is not null
    union all
    select activity_row, 'activity_without_group', null
    from located
    where class_key is null and group_key is null
    union all
    select activity_row, 'group_unknown', concat('class=', class_key, '; group=', group_key)
    from located
    where (class_key is not null or group_key is not null) and group_row is null
    union all
    select activity_row, 'activity_not_marked', concat('group=', group_key, '; marker=', {{ setting('group_selection_text') }})
    from located
    where group_kind = 'teaching' and {{ setting('group_selection') }} = 'marker' and is_marked = 0
    union all
    select activity_row, window_reason, {{ window_evidence('start_date', 'end_date', 'days_before', 'days_after') }}
    from located
    where window_reason is not null and unreadable_columns is null
    union all
    select activity_row, 'teacher_without_employment', concat('person=', person_id, '; school=', school_id)
    from located
    where person_id is not null and school_id is not null and has_duty = 0
    union all
    {{ person_reasons('located', 'activity_row', 'staff') }}
    union all
    {{ local_reasons("'staff'", 'located', 'activity_row') }}

)

select * from exclusions
