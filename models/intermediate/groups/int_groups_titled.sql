-- The delivered groups with the names that the register's rules or the customer's patterns make (NAM-3 to NAM-7).
-- One row is a delivered group. Key: group_row. If a placeholder of a pattern is blank, the register's default is used, then the register's
-- own name.
-- Change: rows of the profile's seeds/group_name_patterns.csv. Ours stand in seeds/rules/group_name_defaults.csv.

with

groups as (

    select * from {{ ref('int_groups_judged') }} where reason_code is null

),

subjects as (

    select * from {{ ref('int_group_subjects') }}

),

group_classes as (

    select * from {{ ref('int_group_classes') }}

),

patterns as (

    select * from {{ ref('int_group_name_patterns') }}

),

described as (

    select
        groups.group_row,
        groups.group_kind,
        groups.source_system,
        groups.school_form,
        groups.group_name,
        groups.start_date,
        case when groups.group_kind = 'class' then groups.group_name else group_classes.class_name end as class_name,
        coalesce(groups.subject_code, subjects.subject_code) as subject_code,
        coalesce(groups.course_code, subjects.course_code) as course_code,
        groups.name_kind,
        case when {{ school_year('groups.start_date') }} > {{ school_year(sync_date()) }} then groups.start_date else {{ sync_date() }} end as school_year_day
    from groups
    left join subjects
        on subjects.group_row = groups.group_row
    left join group_classes
        on group_classes.group_row = groups.group_row

),

-- A register that splits its groups states the kind of each. Else the group's codes decide it. If the kind has no pattern, the pattern
-- of the plain kind is used.
wanted as (

    select
        described.*,
        case
            when group_kind = 'class' then 'class'
            when name_kind is not null then name_kind
            when course_code is not null then 'group_course'
            when subject_code is not null then 'group_subject'
            else 'group'
        end as activity_kind,
        case when group_kind = 'class' then 'class' when name_kind is null then 'group' else name_kind end as plain_kind
    from described
    where group_kind in ('class', 'teaching')

),

composed as (

    select
        wanted.group_row,
        patterns.pattern_rank,
        row_number() over (
            partition by wanted.group_row, patterns.pattern_rank
            order by case when patterns.activity_kind = wanted.activity_kind then 0 else 1 end
        ) as kind_rank,
        {{ composed_name('patterns.pattern', {'class': 'wanted.class_name', 'group': 'wanted.group_name', 'subject': "coalesce(wanted.subject_code, case when wanted.school_form in ('GY', 'GYAN') then wanted.course_code end)", 'course': 'wanted.course_code'}, 'wanted.school_year_day', 'wanted.start_date') }} as title
    from wanted
    inner join patterns
        on patterns.source_system = wanted.source_system
        and patterns.school_form = wanted.school_form
        and patterns.activity_kind in (wanted.activity_kind, wanted.plain_kind)

),

ranked as (

    select
        composed.*,
        row_number() over (partition by group_row order by pattern_rank) as title_rank
    from composed
    where kind_rank = 1

),

chosen as (

    select
        group_row,
        {{ first_filled('title', 'title_rank') }} as title,
        max(case when title_rank = 1 and title is null then 1 else 0 end) as is_pattern_failed
    from ranked
    group by group_row

),

titled as (

    select
        groups.group_row,
        case when len(chosen.title) <= {{ length_of('group_name') }} - 10 then chosen.title else groups.group_name end as title,
        case when len(chosen.title) > {{ length_of('group_name') }} - 10 then 1 else coalesce(chosen.is_pattern_failed, 0) end as is_pattern_failed
    from groups
    left join chosen
        on chosen.group_row = groups.group_row

)

select * from titled
