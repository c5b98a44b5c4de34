-- The subject and course of a group whose register states none: the most common code of the activities that count for it.
-- One row a group row (group_row); of codes that are as common the first in code order.
-- Change: which activities count stands in int_activities_located.

with

activities as (

    select * from {{ ref('int_activities_located') }} where counts_for_group = 1

),

subjects as (

    select
        group_row,
        subject_code,
        row_number() over (partition by group_row order by count(*) desc, subject_code) as code_rank
    from activities
    where subject_code is not null
    group by group_row, subject_code

),

courses as (

    select
        group_row,
        course_code,
        row_number() over (partition by group_row order by count(*) desc, course_code) as code_rank
    from activities
    where course_code is not null
    group by group_row, course_code

),

decided as (

    select
        coalesce(subjects.group_row, courses.group_row) as group_row,
        subjects.subject_code,
        courses.course_code
    from (select * from subjects where code_rank = 1) as subjects
    full outer join (select * from courses where code_rank = 1) as courses
        on courses.group_row = subjects.group_row

)

select * from decided
