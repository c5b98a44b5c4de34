-- What should be put right about classes and groups that are delivered (DQ-1, CLS-5, CLS-6, CLS-8, EMP-3, GRP-6, GRP-7). A group whose only
-- teacher may be protected is not called without teacher (PER-1).
-- One row is a finding about a class or group. No key.
-- Change: texts in seeds/rules/findings.csv. The setting group_many_teachers says how many teachers are many.

with

judged as (

    select * from {{ ref('int_groups_judged') }} where is_reported = 1 and school_id is not null

),

groups as (

    select * from {{ ref('int_groups_named') }}

),

class_groups as (

    select * from {{ ref('int_class_groups_matched') }} where class_key is null

),

subjects as (

    select * from {{ ref('int_group_subjects') }} where other_courses is not null

),

staff as (

    select
        group_id,
        count(distinct person_id) as staff_count,
        count(distinct case when staff_role = 'teacher' then person_id end) as teacher_count
    from {{ ref('int_group_staff_merged') }}
    group by group_id

),

silent_links as (

    select distinct group_row from {{ ref('int_activities_located') }} where is_reported = 0

),

failed_patterns as (

    select group_row from {{ ref('int_groups_titled') }} where is_pattern_failed = 1
    union
    select judged_groups.group_row
    from {{ ref('int_groups_judged') }} as judged_groups
    inner join {{ ref('int_class_activities_located') }} as class_activities
        on class_activities.group_id = judged_groups.group_id
    where class_activities.is_pattern_failed = 1 and judged_groups.reason_code is null

),

reused as (

    select * from {{ ref('int_group_names_reused') }}

),

found as (

    select 'class_name_comma' as finding_code, entity, source_system, source_key, school_id, concat('name=', group_name) as evidence
    from judged
    where group_kind in ('class', 'class_group') and register_name like '%,%' and reason_code is null
    union all
    select 'group_name_taken', entity, source_system, source_key, school_id,
        case when group_kind = 'student_mentor' then null else concat('name=', own_name, '; delivered_as=', group_name) end
    from groups
    where {{ exact('own_name') }} <> {{ exact('group_name') }}
    union all
    select 'class_group_without_class', judged.entity, judged.source_system, judged.source_key, judged.school_id, concat('eget2=', coalesce(class_groups.named_class, 'blank'))
    from judged
    inner join class_groups
        on class_groups.source_system = judged.source_system
        and class_groups.group_key = judged.source_key
    where judged.group_kind = 'class_group' and judged.reason_code is null
    union all
    select 'group_without_teacher', groups.entity, groups.source_system, groups.source_key, groups.school_id, {{ typed('null', 'evidence') }}
    from groups
    left join staff
        on staff.group_id = groups.group_id
    left join silent_links
        on silent_links.group_row = groups.group_row
    where groups.group_kind in ('teaching', 'class_activity', 'mentor') and staff.group_id is null and silent_links.group_row is null
    union all
    select 'group_many_teachers', groups.entity, groups.source_system, groups.source_key, groups.school_id,
        concat('teachers=', staff.teacher_count, '; group_many_teachers={{ setting('group_many_teachers') }}')
    from groups
    inner join staff
        on staff.group_id = groups.group_id
    where groups.group_kind in ('teaching', 'class_activity') and staff.teacher_count > {{ setting('group_many_teachers') }}
    union all
    select 'course_codes_mixed', groups.entity, groups.source_system, groups.source_key, groups.school_id,
        concat('kept=', subjects.course_code, '; others=', subjects.other_courses)
    from groups
    inner join subjects
        on subjects.group_row = groups.group_row
    where groups.group_kind = 'teaching'
    union all
    select 'group_name_pattern_failed', judged.entity, judged.source_system, judged.source_key, judged.school_id, {{ typed('null', 'evidence') }}
    from judged
    inner join failed_patterns
        on failed_patterns.group_row = judged.group_row
    union all
    select 'group_name_reused', 'group', source_system, source_key, school_id, concat('name=', register_name, '; other=', other_key)
    from reused

)

select * from found
