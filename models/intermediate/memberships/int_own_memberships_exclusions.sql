-- Why a membership that the customer adds is not delivered (MEM-1, PER-3).
-- One row is an own membership and a reason. No key: a person can have a reason twice.
-- Change: texts and priorities in seeds/rules/exclusion_reasons.csv.

with

located as (

    select
        *,
        {{ window_reason('membership', 'start_date', 'end_date', 'days_before', 'days_after') }} as window_reason
    from {{ ref('int_own_memberships_located') }}

),

exclusions as (

    select own_membership_row, 'date_unreadable' as reason_code, concat('columns=', unreadable_columns) as evidence
    from located
    where unreadable_columns is not null
    union all
    select own_membership_row, 'group_unknown', concat('named=', register_key)
    from located
    where group_row is null
    union all
    select own_membership_row, window_reason, {{ window_evidence('start_date', 'end_date', 'days_before', 'days_after') }}
    from located
    where window_reason is not null and unreadable_columns is null
    union all
    select own_membership_row, 'student_not_enrolled', {{ typed('null', 'evidence') }}
    from located
    where is_enrolled = 0
    union all
    select own_membership_row, 'group_left_out', concat('group=', group_id, '; reason=', group_reason)
    from located
    where group_reason is not null
    union all
    {{ reversed_reasons('located', 'own_membership_row', start_date='own_start_date') }}
    union all
    {{ person_reasons('located', 'own_membership_row', 'student') }}

)

select * from exclusions
