-- The teaching groups whose name another group of the school has too, with another period and other students (GRP-7). Groups outside their
-- window count: the name should be unique over the years.
-- One row is a teaching group. Key: group_row.
-- Change: nothing here. Other students means that the two groups do not have exactly the same ones.

with

groups as (

    select
        group_row,
        source_system,
        source_key,
        school_id,
        register_name,
        {{ exact('register_name') }} as exact_name,
        start_date,
        end_date
    from {{ ref('int_groups_judged') }}
    where group_kind = 'teaching' and key_rank = 1 and school_id is not null and start_date is not null and register_name is not null

),

shared_names as (

    select school_id, source_system, exact_name
    from groups
    group by school_id, source_system, exact_name
    having count(*) > 1

),

bearers as (

    select groups.*
    from groups
    inner join shared_names
        on shared_names.school_id = groups.school_id
        and shared_names.source_system = groups.source_system
        and shared_names.exact_name = groups.exact_name

),

students as (

    select distinct memberships.group_row, memberships.person_id
    from {{ ref('int_memberships_located') }} as memberships
    inner join bearers
        on bearers.group_row = memberships.group_row
    where memberships.person_id is not null and memberships.source_key is not null

),

student_counts as (

    select group_row, count(*) as students
    from students
    group by group_row

),

pairs as (

    select
        bearers.group_row,
        bearers.source_system,
        bearers.source_key,
        bearers.school_id,
        bearers.register_name,
        others.group_row as other_row,
        others.source_key as other_key
    from bearers
    inner join bearers as others
        on others.school_id = bearers.school_id
        and others.source_system = bearers.source_system
        and others.exact_name = bearers.exact_name
        and others.group_row <> bearers.group_row
    where others.start_date <> bearers.start_date
        or coalesce(others.end_date, cast('9999-12-31' as date)) <> coalesce(bearers.end_date, cast('9999-12-31' as date))

),

common as (

    select pairs.group_row, pairs.other_row, count(*) as students
    from pairs
    inner join students as own
        on own.group_row = pairs.group_row
    inner join students as theirs
        on theirs.group_row = pairs.other_row
        and theirs.person_id = own.person_id
    group by pairs.group_row, pairs.other_row

),

reused as (

    select
        pairs.group_row,
        pairs.source_system,
        pairs.source_key,
        pairs.school_id,
        pairs.register_name,
        {{ first_text('pairs.other_key') }} as other_key
    from pairs
    inner join student_counts as own_counts
        on own_counts.group_row = pairs.group_row
    inner join student_counts as other_counts
        on other_counts.group_row = pairs.other_row
    left join common
        on common.group_row = pairs.group_row
        and common.other_row = pairs.other_row
    where coalesce(common.students, 0) < own_counts.students
        or coalesce(common.students, 0) < other_counts.students
    group by pairs.group_row, pairs.source_system, pairs.source_key, pairs.school_id, pairs.register_name

)

select * from reused
