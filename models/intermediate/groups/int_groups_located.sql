-- Every candidate group of the receiver, class, department, teaching or mentor group, with the window it must be in.
-- One row a class or group row of a register (group_row).
-- Change: windows in the profile's seeds/sync_windows.csv, entities class and group.

with

located as (

    select * from {{ ref('int_classes_located') }}
    union all
    select * from {{ ref('int_teaching_groups_located') }}

),

windows as (

    select * from {{ ref('int_windows') }}

),

windowed as (

    select
        row_number() over (order by located.group_id, located.key_rank, located.source_system, located.group_kind) as group_row,
        located.*,
        case when located.group_kind = 'class' then 'class' else 'group' end as entity,
        {{ register_key('located') }} as register_key,
        coalesce(windows.days_before, 0) as days_before,
        coalesce(windows.days_after, 0) as days_after
    from located
    left join windows
        on windows.source_system = located.source_system
        and windows.school_form = located.school_form
        and windows.entity = case when located.group_kind = 'class' then 'class' else 'group' end

)

select * from windowed
