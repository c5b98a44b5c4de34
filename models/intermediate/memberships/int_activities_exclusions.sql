-- Why a link links nobody, apart from the class or group itself (MEM-2, MEM-3, GRP-1, EMP-1, EMP-3, ENR-4, PER-3).
-- One row is a link, a group that it leads to, and a reason. No key: the profile's own reasons may repeat.
-- Change: texts and priorities in seeds/rules/exclusion_reasons.csv. Own reasons in the profile's models/local_exclusions.sql.

with

located as (

    select * from {{ ref('int_activities_located') }}

),

-- If a signature is not clear, nobody is known, so there are no reasons about a person.
named as (

    select * from located where is_by_signature = 0 or person_id is not null

),

exclusions as (

    select activity_row, 'key_blank' as reason_code, cast(null as nvarchar(1000)) as evidence
    from located
    where source_key is null
    union all
    select activity_row, 'date_unreadable', concat('columns=', unreadable_columns)
    from located
    where unreadable_columns is not null
    union all
    select activity_row, 'activity_without_group', {{ typed('null', 'evidence') }}
    from located
    where register_key is null
    union all
    select activity_row, 'group_unknown', concat('named=', register_key)
    from located
    where register_key is not null and group_row is null
    union all
    select activity_row, 'activity_not_marked', concat('named=', register_key, '; marker=', {{ setting('group_selection_text') }})
    from located
    where group_kind in ('teaching', 'class_activity') and {{ setting('group_selection') }} = 'marker' and is_marked = 0 and is_by_signature = 0
    union all
    select activity_row, 'activity_inactive', {{ typed('null', 'evidence') }}
    from located
    where is_active = 0
    union all
    select activity_row, class_reason_code, class_evidence
    from located
    where class_reason_code is not null
    union all
    select activity_row, window_reason, {{ window_evidence('start_date', 'end_date', 'days_before', 'days_after') }}
    from located
    where window_reason is not null and unreadable_columns is null
    union all
    select
        activity_row,
        case
            when is_ambiguous = 1 then 'signature_ambiguous'
            when holders > 0 then 'signature_without_employment'
            else 'signature_unknown'
        end,
        concat('signature=', link_signature, '; school=', school_id)
    from located
    where is_by_signature = 1 and person_id is null and group_row is not null
    union all
    select activity_row, 'teacher_without_employment', concat('person=', person_id, '; school=', school_id)
    from located
    where person_id is not null and school_id is not null and has_duty = 0
    union all
    {{ reversed_reasons('located', 'activity_row', is_own='has_own_dates = 1') }}
    union all
    {{ person_reasons('named', 'activity_row', 'staff') }}
    union all
    {{ local_reasons("'staff'", 'located', 'activity_row') }}

)

select * from exclusions
