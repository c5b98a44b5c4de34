-- Why a class, department, teaching group or mentor group is not delivered (CLS-1, CLS-2, CLS-5, GRP-1 to GRP-4, GRP-9, MEM-4).
-- One row is a candidate group and a reason. No key: the profile's own reasons may repeat.
-- Change: texts and priorities in seeds/rules/exclusion_reasons.csv. Own reasons in the profile's models/local_exclusions.sql.

with

located as (

    select
        *,
        case
            when group_kind in ('class', 'class_group') then {{ window_reason('class', 'start_date', 'end_date', 'days_before', 'days_after') }}
            else {{ window_reason('group', 'start_date', 'end_date', 'days_before', 'days_after') }}
        end as window_reason,
        case
            when group_kind in ('class', 'mentor') then 1
            when group_kind = 'teaching' and made_by is null and {{ setting('group_dates') }} <> 'members' then 1
            else 0
        end as is_dated_by_itself
    from {{ ref('int_groups_located') }}

),

activities as (

    select * from {{ ref('int_activities_located') }}

),

linking as (

    select distinct activities.group_row
    from activities
    left join {{ ref('int_activities_exclusions') }} as exclusions
        on exclusions.activity_row = activities.activity_row
    where exclusions.activity_row is null

),

marked_in_window as (

    select distinct group_row
    from activities
    where is_marked = 1 and is_counted = 1 and window_reason is null and unreadable_columns is null

),

exclusions as (

    select group_row, 'key_blank' as reason_code, cast(null as nvarchar(1000)) as evidence
    from located
    where source_key is null
    union all
    select group_row, case when is_other_period = 1 then 'class_period_other' else 'duplicate_key' end, {{ typed('null', 'evidence') }}
    from located
    where source_key is not null and key_rank > 1
    union all
    select group_row, 'date_unreadable', concat('columns=', unreadable_columns)
    from located
    where unreadable_columns is not null
    union all
    select group_row, 'name_unusable', concat('length=', coalesce(len(group_name), 0))
    from located
    where group_name is null or group_name = '' or len(group_name) > {{ length_of('group_name') }} - 10
    union all
    select group_row, 'group_kind_unknown', {{ typed('null', 'evidence') }}
    from located
    where group_kind = 'unknown'
    union all
    select group_row, 'mentor_group_not_used', concat('mentor_source=', mentor_source)
    from located
    where group_kind = 'mentor' and mentor_source <> 'group'
    union all
    select group_row, window_reason, {{ window_evidence('start_date', 'end_date', 'days_before', 'days_after') }}
    from located
    where window_reason is not null and unreadable_columns is null
        and (group_kind <> 'teaching' or (made_by is null and {{ setting('group_dates') }} <> 'members') or start_date is not null)
    union all
    select group_row, 'class_replaced_by_group', 'class_identity=class_group'
    from located
    where group_kind = 'class' and class_identity = 'class_group'
    union all
    select group_row, case when group_kind in ('class', 'class_group') then 'class_end_blank' else 'group_end_blank' end, 'period_required=1'
    from located
    where end_date is null and {{ setting('period_required') }} = 1 and unreadable_columns is null and group_kind <> 'student_mentor'
        and (group_kind <> 'teaching' or made_by is null)
    union all
    select group_row, class_reason_code, class_evidence
    from located
    where class_reason_code is not null
    union all
    select group_row, 'group_without_members', 'group_dates=members'
    from located
    where group_kind = 'teaching' and made_by is null and {{ setting('group_dates') }} = 'members' and start_date is null and unreadable_columns is null
    union all
    select group_row, 'group_without_student_activities', {{ typed('null', 'evidence') }}
    from located
    where group_kind = 'teaching' and made_by is not null and start_date is null
    union all
    select group_row, 'group_not_marked', concat('marker=', {{ setting('group_selection_text') }})
    from located
    where group_kind = 'teaching' and made_by is null and {{ setting('group_selection') }} = 'marker'
        and {{ contains_text("coalesce(marker_text, '')", setting('group_selection_text')) }} = 0
    union all
    select located.group_row, 'group_without_marked_activity', concat('marker=', {{ setting('group_selection_text') }})
    from located
    left join marked_in_window
        on marked_in_window.group_row = located.group_row
    where located.group_kind in ('teaching', 'class_activity') and located.made_by is null and {{ setting('group_selection') }} = 'marker'
        and marked_in_window.group_row is null
    union all
    select group_row, 'group_name_not_selected', concat({{ setting('group_selection') }}, '=', {{ setting('group_selection_text') }})
    from located
    where group_kind in ('teaching', 'class_activity') and made_by is null and {{ is_name_selected('register_name') }} = 0
    union all
    select
        located.group_row,
        case when located.group_kind in ('class', 'class_group') then 'class_without_teacher' else 'group_without_teacher' end,
        case when located.group_kind in ('class', 'class_group') then 'class_requires_teacher=1' else 'group_requires_teacher=1' end
    from located
    left join linking
        on linking.group_row = located.group_row
    where linking.group_row is null
        and case when located.group_kind in ('class', 'class_group') then {{ setting('class_requires_teacher') }} else {{ setting('group_requires_teacher') }} end = 1
    union all
    {{ reversed_reasons('located', 'group_row', is_own='is_dated_by_itself = 1') }}
    union all
    {{ school_reasons('located', 'group_row') }}
    union all
    {{ local_reasons('located.entity', 'located', 'group_row') }}

)

select * from exclusions
