-- The groups that activities on a class make: one for each class, subject or course, and school year, with the school and the name (NAM-1,
-- NAM-2). Its students are the class's. It lasts from the earliest start to the latest end of its activities.
-- One row is a group that activities make. Key: source_system, register_key.
-- Change: the setting class_activity_groups. Patterns of names in the profile's seeds/group_name_patterns.csv.

with

activities as (

    select
        activities.*,
        {{ class_activity_key('activities') }} as register_key,
        {{ class_activity_year('activities.start_date') }} as school_year
    from {{ ref('int_activities_conformed') }} as activities
    where activities.source_key is not null

),

-- Under `marker` unmarked activities do not count. If none is marked, they show what the group would have been.
counting as (

    select
        activities.*,
        max(is_counted) over (partition by source_system, class_key, register_key) as is_any_counted
    from activities
    where register_key is not null

),

classes as (

    select * from {{ ref('int_classes_located') }} where key_rank = 1

),

windows as (

    select * from {{ ref('int_windows') }} where entity = 'class'

),

patterns as (

    select * from {{ ref('int_group_name_patterns') }}

),

gathered as (

    select
        source_system,
        concat('class-', class_key) as class_register_key,
        register_key,
        {{ first_text('class_key') }} as class_key,
        {{ first_text('coalesce(subject_code, course_code)') }} as code,
        {{ first_text('subject_code') }} as subject_code,
        {{ first_text('case when subject_code is null then course_code end') }} as course_code,
        min(school_year) as school_year,
        min(start_date) as start_date,
        case when count(end_date) = count(*) then max(end_date) end as end_date
    from counting
    where is_counted = is_any_counted
    group by source_system, class_key, register_key

),

placed as (

    select
        gathered.*,
        classes.unit_id,
        classes.group_name as class_name,
        classes.unreadable_columns,
        classes.asked_school_form,
        classes.school_id,
        classes.school_form,
        classes.is_open,
        classes.is_leavers_unit,
        classes.mentor_source,
        case
            when classes.unreadable_columns is not null then null
            when classes.start_date is not null and classes.end_date is null and {{ setting('period_required') }} = 1 then 'class_end_blank'
            else {{ window_reason('class', 'classes.start_date', 'classes.end_date', 'windows.days_before', 'windows.days_after') }}
        end as class_reason_code,
        concat('class=', gathered.class_key, '; ', {{ window_evidence('classes.start_date', 'classes.end_date', 'coalesce(windows.days_before, 0)', 'coalesce(windows.days_after, 0)') }}) as class_evidence,
        case when gathered.subject_code is null then 'class_course' else 'class_subject' end as name_kind,
        cast(concat(gathered.school_year, '-07-01') as date) as school_year_day
    from gathered
    inner join classes
        on classes.source_system = gathered.source_system
        and classes.register_key = gathered.class_register_key
    left join windows
        on windows.source_system = classes.source_system
        and windows.school_form = classes.school_form

),

composed as (

    select
        placed.source_system,
        placed.register_key,
        patterns.pattern_rank,
        {{ composed_name('patterns.pattern', {'class': 'placed.class_name', 'group': 'cast(null as nvarchar(200))', 'subject': 'coalesce(placed.subject_code, placed.course_code)', 'course': 'placed.course_code'}, 'placed.school_year_day', 'placed.start_date') }} as name
    from placed
    inner join patterns
        on patterns.source_system = placed.source_system
        and patterns.school_form = placed.school_form
        and patterns.activity_kind = placed.name_kind

),

names as (

    select
        source_system,
        register_key,
        {{ first_filled('name', 'pattern_rank') }} as name,
        max(case when name is null then 1 else 0 end) as is_pattern_failed
    from composed
    group by source_system, register_key

),

located as (

    select
        'class_activity' as group_kind,
        placed.source_system,
        concat(placed.class_key, '-', placed.code) as source_key,
        1 as key_rank,
        placed.register_key,
        placed.class_register_key,
        concat(placed.source_system, '-classactivity-', placed.class_key, '-', placed.code, '-', placed.school_year) as group_id,
        placed.unit_id,
        coalesce(names.name, concat(placed.class_name, '_', placed.code)) as group_name,
        placed.start_date,
        placed.end_date,
        placed.unreadable_columns,
        placed.class_reason_code,
        placed.class_evidence,
        placed.asked_school_form,
        placed.school_id,
        placed.school_form,
        placed.is_open,
        placed.is_leavers_unit,
        placed.mentor_source,
        placed.subject_code,
        placed.course_code,
        coalesce(names.is_pattern_failed, 0) as is_pattern_failed
    from placed
    left join names
        on names.source_system = placed.source_system
        and names.register_key = placed.register_key

)

select * from located
