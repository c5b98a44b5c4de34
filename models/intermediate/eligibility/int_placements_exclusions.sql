-- Why a placement does not enrol its student (ENR-1, ENR-4, PER-3, PER-7).
-- One row is a placement row and a reason. No key: the profile's own reasons may repeat.
-- Change: texts and priorities in seeds/rules/exclusion_reasons.csv. Own reasons in the profile's models/local_exclusions.sql.

with

located as (

    select
        *,
        {{ window_reason('placement', 'start_date', 'end_date', 'days_before', 'days_after') }} as window_reason
    from {{ ref('int_placements_located') }}

),

exclusions as (

    select placement_row, 'key_blank' as reason_code, cast(null as nvarchar(1000)) as evidence
    from located
    where source_key is null
    union all
    select placement_row, 'date_unreadable', concat('columns=', unreadable_columns)
    from located
    where unreadable_columns is not null
    union all
    select placement_row, 'placement_without_class', concat('unit=', unit_id, '; enrol_by=class')
    from located
    where class_key is null and {{ setting('enrol_by') }} = 'class'
    union all
    select placement_row, 'active_code_unknown', concat('code=', unknown_active_code)
    from located
    where unknown_active_code is not null
    union all
    select placement_row, 'placement_inactive', {{ typed('null', 'evidence') }}
    from located
    where is_active = 0 and unknown_active_code is null
    union all
    select placement_row, case when dropped_out_on = end_date and window_reason = 'placement_ended' then 'placement_dropped_out' else window_reason end,
        {{ window_evidence('start_date', 'end_date', 'days_before', 'days_after') }}
    from located
    where window_reason is not null and unreadable_columns is null
    union all
    select placement_row, 'email_missing', 'person_requires_email=1'
    from located
    where has_email = 0 and person_id is not null and {{ setting('person_requires_email') }} = 1
    union all
    {{ reversed_reasons('located', 'placement_row') }}
    union all
    {{ school_reasons('located', 'placement_row') }}
    union all
    {{ person_reasons('located', 'placement_row', 'student') }}
    union all
    {{ local_reasons("'enrolment'", 'located', 'placement_row') }}

)

select * from exclusions
