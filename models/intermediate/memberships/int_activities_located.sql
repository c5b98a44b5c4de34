-- Each activity with the class or group it names there, whether it is marked, its window and its teacher's duty (MEM-2, GRP-1).
-- One row an activity row (activity_row); group_row is blank where the class or group is not in the register.
-- Change: windows in the profile's seeds/sync_windows.csv, entity staff_group; the marker is the setting group_selection_text.

with

activities as (

    select * from {{ ref('int_activities_conformed') }}

),

groups as (

    select * from {{ ref('int_groups_located') }} where key_rank = 1

),

windows as (

    select * from {{ ref('int_windows') }} where entity = 'staff_group'

),

duties as (

    select * from {{ ref('int_duties_merged') }}

),

employments as (

    select
        *,
        row_number() over (partition by person_id, source_system, unit_id order by start_date, source_key) as unit_rank
    from {{ ref('int_employments_judged') }}
    where reason_code is null and signature is not null

),

joined as (

    select
        activities.activity_row,
        activities.source_system,
        activities.source_key,
        activities.person_id,
        activities.class_key,
        activities.group_key,
        activities.subject_code,
        activities.course_code,
        activities.link_source,
        activities.start_date,
        activities.end_date,
        activities.unreadable_columns,
        groups.group_row,
        groups.group_id,
        groups.group_kind,
        groups.school_id,
        groups.school_form,
        coalesce(activities.signature, employments.signature, duties.signature) as signature,
        case when duties.person_id is null then 0 else 1 end as has_duty,
        coalesce(windows.days_before, 0) as days_before,
        coalesce(windows.days_after, 0) as days_after,
        {{ contains_text("coalesce(activities.marker_text, '')", setting('group_selection_text')) }} as is_marked
    from activities
    left join groups
        on groups.source_system = activities.source_system
        and groups.register_key = {{ register_key('activities') }}
    left join duties
        on duties.person_id = activities.person_id
        and duties.school_id = groups.school_id
    left join employments
        on employments.person_id = activities.person_id
        and employments.source_system = activities.source_system
        and employments.unit_id = groups.unit_id
        and employments.unit_rank = 1
    left join windows
        on windows.source_system = groups.source_system
        and windows.school_form = groups.school_form

),

located as (

    select
        joined.*,
        {{ window_reason('activity', 'start_date', 'end_date', 'days_before', 'days_after', setting('activity_end_strict')) }} as window_reason
    from joined

),

counted as (

    select
        located.*,
        case
            when window_reason is not null or unreadable_columns is not null then 0
            when group_kind = 'teaching' and {{ setting('group_selection') }} = 'marker' and is_marked = 0 then 0
            else 1
        end as counts_for_group
    from located

)

select * from counted
