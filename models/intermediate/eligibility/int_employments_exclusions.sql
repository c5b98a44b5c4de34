-- Why an employment gives no duty at a school (EMP-1, EMP-2, PER-3, PER-7).
-- One row is an employment at a school and a reason. No key: the profile's own reasons may repeat.
-- Change: the settings employment_active_statuses and employment_end_by. Texts and priorities in seeds/rules/exclusion_reasons.csv. Own
-- reasons in the profile's models/local_exclusions.sql.

with

located as (

    select * from {{ ref('int_employments_located') }}

),

exclusions as (

    select duty_row, 'key_blank' as reason_code, cast(null as nvarchar(1000)) as evidence
    from located
    where source_key is null
    union all
    select duty_row, 'date_unreadable', concat('columns=', unreadable_columns)
    from located
    where unreadable_columns is not null
    union all
    select duty_row, window_reason, {{ window_evidence('start_date', 'end_date', 'days_before', 'days_after') }}
    from located
    where window_reason is not null and unreadable_columns is null
    union all
    select duty_row, case when is_status_known = 1 then 'employment_inactive' else 'employment_status_unknown' end, concat('status=', employment_status)
    from located
    where has_active_status = 0 and {{ setting('employment_end_by') }} <> 'date'
    union all
    select duty_row, 'email_register_row_missing', {{ typed('null', 'evidence') }}
    from located
    where is_in_email_register = 0
    union all
    select duty_row, 'email_missing', 'person_requires_email=1'
    from located
    where has_email = 0 and person_id is not null and {{ setting('person_requires_email') }} = 1
    union all
    {{ reversed_reasons('located', 'duty_row', end_date='ending_date') }}
    union all
    {{ school_reasons('located', 'duty_row') }}
    union all
    {{ person_reasons('located', 'duty_row', 'staff') }}
    union all
    {{ local_reasons("'duty'", 'located', 'duty_row') }}

)

select * from exclusions
