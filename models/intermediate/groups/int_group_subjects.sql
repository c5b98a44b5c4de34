-- The subject and course of a group whose register states none: the most common code of its memberships and activities (GRP-6). A course of
-- a membership takes precedence over one of an activity.
-- One row is a group. Key: group_row. If codes are equally common, the first in code order is taken.
-- Change: is_counted of int_activities_conformed says which activities count, also those that are over or to come. A membership counts as
-- it does for the group's dates.

with

activities as (

    select * from {{ ref('int_activities_located') }} where is_counted = 1

),

subjects as (

    select
        group_row,
        {{ first_text('subject_code') }} as subject_code,
        row_number() over (partition by group_row order by count(*) desc, {{ exact('upper(subject_code)') }}) as code_rank
    from activities
    where subject_code is not null
    group by group_row, upper(subject_code)

),

memberships as (

    select * from {{ ref('int_group_memberships_conformed') }}
    where source_key is not null and start_date is not null and unreadable_columns is null and incomplete_columns is null

),

group_references as (

    select * from {{ ref('int_group_references') }}

),

used_courses as (

    select 1 as origin_rank, group_references.group_row, memberships.course_code
    from memberships
    inner join group_references
        on group_references.source_system = memberships.source_system
        and group_references.register_key = {{ register_key('memberships', classes=false) }}
        and group_references.is_for_students = 1
    where memberships.course_code is not null
    union all
    select 2, group_row, course_code
    from activities
    where course_code is not null

),

courses as (

    select
        group_row,
        origin_rank,
        {{ first_text('course_code') }} as course_code,
        row_number() over (partition by group_row order by origin_rank, count(*) desc, {{ exact('upper(course_code)') }}) as code_rank
    from used_courses
    group by group_row, origin_rank, upper(course_code)

),

-- At most five are listed.
gathered_courses as (

    select
        group_row,
        max(case when code_rank = 1 then course_code end) as course_code,
        nullif(substring(concat(
            {%- for rank in range(2, 7) %}
            max(case when code_rank = {{ rank }} and origin_rank = 1 then concat(',', course_code) else '' end),
            {%- endfor %}
            max(case when code_rank = 7 and origin_rank = 1 then ',...' else '' end)
        ), 2, 300), '') as other_courses
    from courses
    group by group_row

),

decided as (

    select
        coalesce(subjects.group_row, courses.group_row) as group_row,
        subjects.subject_code,
        courses.course_code,
        courses.other_courses
    from (select * from subjects where code_rank = 1) as subjects
    full outer join gathered_courses as courses
        on courses.group_row = subjects.group_row

)

select * from decided
