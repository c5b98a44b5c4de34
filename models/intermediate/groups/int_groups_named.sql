-- The delivered groups with names that are unique within a receiver's school (CLS-8): the customer's own name, else the one that patterns
-- make.
-- One row is a delivered group. Key: group_id. If groups share a name, one keeps it: a group whose own period holds the sync date, then one
-- of the first source, then the lowest id. Each other gets the next free number, ` (2)`, ` (3)`, the same every night.
-- Change: own names in the profile's models/local_group_names.sql.

with

systems as (

    {{ profile_systems() }}

),

groups as (

    select
        judged.group_row,
        judged.group_id,
        judged.entity,
        judged.group_kind,
        judged.source_system,
        systems.source_rank,
        judged.source_key,
        judged.school_id,
        judged.school_form,
        judged.group_type,
        judged.unit_id,
        coalesce(own_names.group_name, titled.title) as group_name,
        judged.subject_code,
        judged.course_code,
        judged.start_date,
        judged.end_date,
        case when judged.start_date <= {{ sync_date() }} and coalesce(judged.end_date, {{ sync_date() }}) >= {{ sync_date() }} then 0 else 1 end as is_outside_period
    from {{ ref('int_groups_judged') }} as judged
    inner join {{ ref('int_groups_titled') }} as titled
        on titled.group_row = judged.group_row
    inner join systems
        on systems.source_system = judged.source_system
    left join {{ ref('int_own_names_judged') }} as own_names
        on own_names.group_id = judged.group_id
        and own_names.fault is null

),

ranked as (

    select
        groups.*,
        row_number() over (
            partition by school_id, {{ exact('group_name') }}
            order by is_outside_period, source_rank, {{ exact('group_id') }}
        ) as name_rank
    from groups

),

colliding as (

    select
        school_id,
        group_name,
        count(*) as bearers
    from ranked
    group by school_id, {{ exact('group_name') }}, group_name
    having count(*) > 1

),

-- For each shared name, as many numbered names as may be taken already, plus as many as are needed.
wanted as (

    select
        colliding.school_id,
        colliding.group_name,
        colliding.bearers + count(numbered.group_id) as last_number
    from colliding
    left join ranked as numbered
        on numbered.school_id = colliding.school_id
        and {{ exact('left(numbered.group_name, len(colliding.group_name) + 2)') }} = concat(colliding.group_name, ' (')
    group by colliding.school_id, {{ exact('colliding.group_name') }}, colliding.group_name, colliding.bearers

),

numbers as (

    select row_number() over (order by {{ exact('group_id') }}) + 1 as suffix_number from ranked

),

free_names as (

    select
        wanted.school_id,
        wanted.group_name,
        concat(wanted.group_name, ' (', numbers.suffix_number, ')') as free_name,
        row_number() over (
            partition by wanted.school_id, {{ exact('wanted.group_name') }}
            order by numbers.suffix_number
        ) as free_rank
    from wanted
    inner join numbers
        on numbers.suffix_number <= wanted.last_number
    left join ranked as bearers
        on bearers.school_id = wanted.school_id
        and {{ exact('bearers.group_name') }} = concat(wanted.group_name, ' (', numbers.suffix_number, ')')
    where bearers.group_id is null

),

named as (

    select
        ranked.group_row,
        ranked.group_id,
        ranked.entity,
        ranked.group_kind,
        ranked.source_system,
        ranked.source_key,
        ranked.school_id,
        ranked.school_form,
        ranked.group_type,
        ranked.unit_id,
        ranked.group_name as own_name,
        coalesce(free_names.free_name, ranked.group_name) as group_name,
        ranked.subject_code,
        ranked.course_code,
        ranked.start_date,
        ranked.end_date
    from ranked
    left join free_names
        on ranked.name_rank > 1
        and free_names.school_id = ranked.school_id
        and {{ exact('free_names.group_name') }} = {{ exact('ranked.group_name') }}
        and free_names.free_rank = ranked.name_rank - 1

)

select * from named
