-- Why a student is not delivered as a member of a class or group (MEM-1, MEM-4, ENR-4, GRP-4, CLS-5, PER-3).
-- One row is a candidate membership and a reason. No key: the profile's own reasons may repeat.
-- Change: texts and priorities in seeds/rules/exclusion_reasons.csv. Own reasons in the profile's models/local_exclusions.sql.

with

located as (

    select
        *,
        {{ window_reason('membership', 'start_date', 'end_date', 'days_before', 'days_after') }} as window_reason
    from {{ ref('int_memberships_located') }}

),

groups_left_out as (

    select * from {{ ref('int_groups_judged') }} where reason_code is not null

),

exclusions as (

    select membership_row, 'key_blank' as reason_code, cast(null as nvarchar(1000)) as evidence
    from located
    where source_key is null
    union all
    select membership_row, 'date_unreadable', concat('columns=', unreadable_columns)
    from located
    where unreadable_columns is not null
    union all
    select membership_row, case when origin = 'mentor' then 'mentor_without_duty' else 'group_unknown' end, concat('named=', register_key)
    from located
    where group_row is null
    union all
    select membership_row, 'student_activity_incomplete', concat('lacks=', incomplete_columns)
    from located
    where incomplete_columns is not null and unreadable_columns is null and coalesce(group_kind, '') <> 'class_group'
    union all
    select membership_row, 'class_group_takes_class', concat('group=', group_id)
    from located
    where origin = 'membership' and group_kind = 'class_group'
    union all
    select membership_row, 'active_code_unknown', concat('code=', unknown_active_code)
    from located
    where unknown_active_code is not null
    union all
    select membership_row, 'membership_inactive', {{ typed('null', 'evidence') }}
    from located
    where is_active = 0 and unknown_active_code is null
    union all
    select membership_row, case when dropped_out_on = end_date and window_reason = 'membership_ended' then 'membership_dropped_out' else window_reason end,
        {{ window_evidence('start_date', 'end_date', 'days_before', 'days_after') }}
    from located
    where window_reason is not null and unreadable_columns is null
    union all
    select membership_row, 'student_not_enrolled', {{ typed('null', 'evidence') }}
    from located
    where is_enrolled = 0 and person_id is not null
    union all
    select located.membership_row, 'group_left_out', concat('group=', groups_left_out.group_id, '; reason=', groups_left_out.reason_code)
    from located
    inner join groups_left_out
        on groups_left_out.group_row = located.group_row
    union all
    {{ reversed_reasons('located', 'membership_row', start_date='own_start_date') }}
    union all
    {{ person_reasons('located', 'membership_row', 'student') }}
    union all
    {{ local_reasons("'membership'", 'located', 'membership_row') }}

)

select * from exclusions
