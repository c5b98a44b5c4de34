-- The class groups of Extens, with the class that each names in Eget 2 now (CLS-5).
-- One row is a class group. Key: source_system, group_key. class_key is blank if Eget 2 names no class of the unit.
-- Change: the setting class_group_prefix selects the groups, at schools whose class_identity is class_group. If several classes have the
-- name, the order is: the one in its window, the one that holds the sync date, the lowest number.

with

groups as (

    select * from {{ ref('int_groups_conformed') }} where key_rank = 1

),

units as (

    select * from {{ ref('int_units_conformed') }} where key_rank = 1

),

configured as (

    select * from {{ ref('int_schools_configured') }} where class_identity = 'class_group'

),

classes as (

    select * from {{ ref('int_classes_conformed') }} where key_rank = 1 and unreadable_columns is null

),

windows as (

    select * from {{ ref('int_windows') }} where entity = 'class'

),

class_groups as (

    select
        groups.source_system,
        groups.group_key,
        groups.unit_id,
        groups.named_class,
        units.school_form as unit_form,
        configured.school_form,
        configured.unit_rows
    from groups
    left join units
        on units.source_system = groups.source_system
        and units.unit_id = groups.unit_id
    inner join configured
        on configured.source_system = groups.source_system
        and configured.unit_id = groups.unit_id
        and (configured.unit_rows = 1 or configured.school_form = coalesce(groups.school_form, units.school_form))
    where groups.made_by is not null
        and groups.group_kind = 'teaching'
        and {{ exact("left(groups.group_name, " ~ var('class_group_prefix') | length ~ ")") }} = {{ setting('class_group_prefix') }}

),

named as (

    select
        class_groups.source_system,
        class_groups.group_key,
        classes.class_key,
        classes.start_date,
        classes.end_date,
        {{ window_reason('class', 'classes.start_date', 'classes.end_date', 'windows.days_before', 'windows.days_after') }} as window_reason
    from class_groups
    inner join classes
        on classes.source_system = class_groups.source_system
        and classes.unit_id = class_groups.unit_id
        and {{ exact('classes.class_name') }} = {{ exact('class_groups.named_class') }}
        and (class_groups.unit_rows = 1 or coalesce(classes.school_form, class_groups.unit_form) = class_groups.school_form)
    left join windows
        on windows.source_system = class_groups.source_system
        and windows.school_form = class_groups.school_form

),

ranked as (

    select
        named.*,
        row_number() over (
            partition by source_system, group_key
            order by
                case when window_reason is null then 0 else 1 end,
                case when start_date <= {{ sync_date() }} and coalesce(end_date, {{ sync_date() }}) >= {{ sync_date() }} then 0 else 1 end,
                {{ exact('class_key') }}
        ) as class_rank
    from named

),

matched as (

    select
        class_groups.source_system,
        class_groups.group_key,
        class_groups.named_class,
        ranked.class_key,
        ranked.start_date,
        ranked.end_date
    from class_groups
    left join ranked
        on ranked.source_system = class_groups.source_system
        and ranked.group_key = class_groups.group_key
        and ranked.class_rank = 1

)

select * from matched
