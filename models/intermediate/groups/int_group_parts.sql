-- What a teaching group is delivered as, in a register that splits its groups: in TED one group for each subject or course taught in it
-- (NAM-3, NAM-4, NAM-5). Activities that differ only in teacher or dates are one.
-- One row is a teaching group and a subject or course of it. Key: source_system, group_key, part_code. part_code is blank if the group is
-- whole.
-- Change: seeds/rules/source_systems.csv says which registers split their groups. is_counted of int_activities_conformed says which
-- activities count.

with

groups as (

    select * from {{ ref('int_groups_conformed') }} where group_kind = 'teaching' and key_rank = 1 and group_key is not null

),

splitting as (

    select source_system from {{ ref('source_systems') }} where splits_groups = 1

),

coded as (

    select
        activities.source_system,
        activities.group_key,
        {{ teaching_code('activities') }} as part_code,
        activities.subject_code,
        activities.course_code
    from {{ ref('int_activities_conformed') }} as activities
    inner join splitting
        on splitting.source_system = activities.source_system
    where activities.group_key is not null and activities.is_counted = 1
        and coalesce(activities.course_code, activities.subject_code) is not null

),

parts as (

    select
        source_system,
        group_key,
        {{ first_text('part_code') }} as part_code,
        {{ first_text('case when course_code is null then subject_code end') }} as subject_code,
        {{ first_text('course_code') }} as course_code
    from coded
    group by source_system, group_key, upper(part_code)

),

counted as (

    select
        parts.*,
        count(*) over (partition by source_system, group_key) as part_count
    from parts

),

named as (

    select
        groups.source_system,
        groups.group_key,
        counted.part_code,
        case when counted.course_code is null then counted.subject_code end as subject_code,
        counted.course_code,
        case
            when counted.part_code is null then 'group'
            when counted.course_code is null then 'group_subject'
            when counted.part_count > 1 then 'group_course_many'
            else 'group_course'
        end as name_kind
    from groups
    inner join splitting
        on splitting.source_system = groups.source_system
    left join counted
        on counted.source_system = groups.source_system
        and counted.group_key = groups.group_key

)

select * from named
