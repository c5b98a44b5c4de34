-- Each teaching group, mentor group or class group with the receiver's school that it leads to and its dates (GRP-1, GRP-5, GRP-9, CLS-5,
-- CLS-6, NAM-3, SCH-6).
-- One row is a group row of a register, or a part of it. Key: register_row, part_code. school_id is blank if no row of schools.csv takes
-- the group.
-- Change: the setting group_dates says whether the dates of a teaching group are its own or its members'. If student activities make the
-- group (made_by), they are always those of the activities, without their drop-outs.

with

groups as (

    select * from {{ ref('int_groups_conformed') }}

),

memberships as (

    select * from {{ ref('int_group_memberships_conformed') }}

),

class_groups as (

    select * from {{ ref('int_class_groups_matched') }}

),

parts as (

    select * from {{ ref('int_group_parts') }}

),

units as (

    select * from {{ ref('int_units_conformed') }} where key_rank = 1

),

configured as (

    select * from {{ ref('int_schools_configured') }}

),

-- If one membership is open, the group is open.
member_dates as (

    select
        source_system,
        group_key,
        min(start_date) as first_start_date,
        case when count(period_end_date) = count(*) then max(period_end_date) end as last_end_date
    from memberships
    where source_key is not null and start_date is not null and unreadable_columns is null and incomplete_columns is null
    group by source_system, group_key

),

kinds as (

    select
        groups.*,
        coalesce(groups.school_form, units.school_form) as asked_school_form,
        case when class_groups.group_key is not null then 'class_group' else groups.group_kind end as kind,
        case
            when class_groups.group_key is not null then 'class'
            when groups.group_kind = 'teaching' and ({{ setting('group_dates') }} = 'members' or groups.made_by is not null) then 'members'
            else 'own'
        end as dates_of,
        class_groups.class_key as taken_class_key,
        class_groups.start_date as class_start_date,
        class_groups.end_date as class_end_date
    from groups
    left join class_groups
        on class_groups.source_system = groups.source_system
        and class_groups.group_key = groups.group_key
    left join units
        on units.source_system = groups.source_system
        and units.unit_id = groups.unit_id

),

-- A class group that names no class lasts the school year.
dated as (

    select
        kinds.*,
        case
            when kinds.dates_of = 'members' then member_dates.first_start_date
            when kinds.dates_of = 'own' then kinds.start_date
            when kinds.taken_class_key is not null then kinds.class_start_date
            else cast(concat({{ school_year(sync_date()) }}, '-07-01') as date)
        end as group_start_date,
        case
            when kinds.dates_of = 'members' then member_dates.last_end_date
            when kinds.dates_of = 'own' then kinds.end_date
            when kinds.taken_class_key is not null then kinds.class_end_date
            else cast(concat({{ school_year(sync_date()) }} + 1, '-06-30') as date)
        end as group_end_date
    from kinds
    left join member_dates
        on member_dates.source_system = kinds.source_system
        and member_dates.group_key = kinds.group_key

),

located as (

    select
        dated.kind as group_kind,
        dated.source_system,
        dated.source_key,
        dated.key_rank,
        dated.group_row as register_row,
        {{ register_key('dated', classes=false) }} as register_key,
        parts.part_code,
        parts.name_kind,
        case when dated.taken_class_key is not null then concat('class-', dated.taken_class_key) end as taken_register_key,
        concat(dated.source_system, case when dated.kind = 'mentor' then '-mentorgroup-' else '-group-' end, dated.source_key, case when parts.part_code is not null then concat('-', parts.part_code) end) as group_id,
        dated.unit_id,
        dated.group_name as register_name,
        case when dated.kind = 'class_group' then {{ without_comma('dated.group_name') }} else dated.group_name end as group_name,
        case
            when dated.kind = 'mentor' then 'Mentor'
            when dated.kind = 'class_group' then configured.class_type
            else 'Undervisning'
        end as group_type,
        dated.marker_text,
        dated.made_by,
        dated.group_start_date as start_date,
        dated.group_end_date as end_date,
        dated.unreadable_columns,
        dated.asked_school_form,
        configured.school_id,
        configured.school_form,
        configured.is_open,
        configured.is_leavers_unit,
        configured.class_identity,
        configured.mentor_source,
        coalesce(dated.subject_code, parts.subject_code) as subject_code,
        coalesce(dated.course_code, parts.course_code) as course_code
    from dated
    left join parts
        on parts.source_system = dated.source_system
        and parts.group_key = dated.group_key
        and dated.kind = 'teaching' and dated.key_rank = 1
    left join configured
        on configured.source_system = dated.source_system
        and configured.unit_id = dated.unit_id
        and (configured.unit_rows = 1 or configured.school_form = dated.asked_school_form)

)

select * from located
