-- Each teaching or mentor group with the receiver school it leads to and its dates (GRP-1, GRP-9, SCH-6).
-- One row a group row (group_row); school_id is blank where no configured row takes it.
-- Change: the setting group_dates says whether a teaching group's dates are its own or its members'.

with

groups as (

    select * from {{ ref('int_groups_conformed') }}

),

memberships as (

    select * from {{ ref('int_group_memberships_conformed') }}

),

units as (

    select * from {{ ref('int_units_conformed') }} where key_rank = 1

),

configured as (

    select * from {{ ref('int_schools_configured') }}

),

-- One open membership leaves the group open.
member_dates as (

    select
        source_system,
        group_key,
        min(start_date) as first_start_date,
        case when count(end_date) = count(*) then max(end_date) end as last_end_date
    from memberships
    where start_date is not null and unreadable_columns is null
    group by source_system, group_key

),

dated as (

    select
        groups.source_system,
        groups.source_key,
        groups.key_rank,
        groups.group_key,
        groups.group_kind,
        groups.unit_id,
        groups.group_name,
        groups.marker_text,
        groups.unreadable_columns,
        groups.subject_code,
        groups.course_code,
        coalesce(groups.school_form, units.school_form) as asked_school_form,
        case
            when {{ setting('group_dates') }} = 'members' and groups.group_kind = 'teaching' then member_dates.first_start_date
            else groups.start_date
        end as start_date,
        case
            when {{ setting('group_dates') }} = 'members' and groups.group_kind = 'teaching' then member_dates.last_end_date
            else groups.end_date
        end as end_date
    from groups
    left join member_dates
        on member_dates.source_system = groups.source_system
        and member_dates.group_key = groups.group_key
    left join units
        on units.source_system = groups.source_system
        and units.unit_id = groups.unit_id

),

located as (

    select
        dated.group_kind,
        dated.source_system,
        dated.source_key,
        dated.key_rank,
        cast(null as nvarchar(200)) as class_key,
        dated.group_key,
        concat(dated.source_system, case when dated.group_kind = 'mentor' then '-mentorgroup-' else '-group-' end, dated.group_key) as group_id,
        dated.unit_id,
        dated.group_name as register_name,
        dated.group_name,
        case when dated.group_kind = 'mentor' then 'Mentor' else 'Undervisning' end as group_type,
        dated.marker_text,
        dated.start_date,
        dated.end_date,
        dated.unreadable_columns,
        dated.asked_school_form,
        configured.school_id,
        configured.school_form,
        configured.is_open,
        configured.is_leavers_unit,
        configured.mentor_source,
        dated.subject_code,
        dated.course_code
    from dated
    left join configured
        on configured.source_system = dated.source_system
        and configured.unit_id = dated.unit_id
        and (configured.unit_rows = 1 or configured.school_form = dated.asked_school_form)

)

select * from located
