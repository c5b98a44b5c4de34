-- A student in a group, from all memberships that count, the customer's own too: the earliest start and the latest end, or open if one of
-- them is open.
-- One row is a student in a group. Key: group_id, person_id.
-- Change: rows in the profile's models/local_memberships.sql. Of several course codes the most common is taken, then the first in code
-- order.

with

memberships as (

    select group_id, person_id, school_id, course_code, start_date, end_date
    from {{ ref('int_memberships_judged') }}
    where reason_code is null
    union all
    select group_id, person_id, school_id, {{ typed('null', 'course_code') }}, start_date, end_date
    from {{ ref('int_own_memberships_judged') }}
    where reason_code is null

),

courses as (

    select
        group_id,
        person_id,
        {{ first_text('course_code') }} as course_code,
        row_number() over (partition by group_id, person_id order by count(*) desc, {{ exact('upper(course_code)') }}) as code_rank
    from memberships
    where course_code is not null
    group by group_id, person_id, upper(course_code)

),

dated as (

    select
        group_id,
        person_id,
        {{ first_text('school_id') }} as school_id,
        min(start_date) as start_date,
        case when count(end_date) = count(*) then max(end_date) end as end_date
    from memberships
    group by group_id, person_id

),

merged as (

    select
        dated.*,
        courses.course_code
    from dated
    left join courses
        on courses.group_id = dated.group_id
        and courses.person_id = dated.person_id
        and courses.code_rank = 1

)

select * from merged
