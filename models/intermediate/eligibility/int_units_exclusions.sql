-- Why a unit of the register is not read (SCH-1, SCH-2, SCH-5).
-- One row is a unit row and a reason. No key: the profile's own reasons may repeat.
-- Change: texts and priorities in seeds/rules/exclusion_reasons.csv. Own reasons in the profile's models/local_exclusions.sql.

with

units as (

    select * from {{ ref('int_units_conformed') }}

),

configured as (

    select distinct
        source_system,
        unit_id
    from {{ ref('int_schools_configured') }}

),

exclusions as (

    select unit_row, 'key_blank' as reason_code, cast(null as nvarchar(1000)) as evidence
    from units
    where unit_id is null
    union all
    select unit_row, 'duplicate_key', {{ typed('null', 'evidence') }}
    from units
    where unit_id is not null and key_rank > 1
    union all
    select unit_row, 'date_unreadable', concat('columns=', unreadable_columns)
    from units
    where unreadable_columns is not null
    union all
    select units.unit_row, 'school_not_listed', concat('unit=', units.unit_id)
    from units
    left join configured
        on configured.source_system = units.source_system
        and configured.unit_id = units.unit_id
    where configured.unit_id is null
    union all
    select unit_row, 'school_leavers_unit', concat('unit=', unit_id)
    from units
    where is_leavers_unit = 1
    union all
    -- A unit that closes for good on or before its first day is never open.
    select unit_row, 'dates_reversed', concat('start_date=', {{ day_text('start_date') }}, '; closed_from=', {{ day_text('closed_from') }})
    from units
    where closed_from <= start_date and closed_until is null
    union all
    select unit_row, 'school_start_blank', concat('unit=', unit_id)
    from units
    where has_own_dates = 1 and start_date is null and unreadable_columns is null
    union all
    select unit_row, 'school_not_started', concat('start_date=', {{ day_text('start_date') }}, '; sync_date={{ sync_day() }}')
    from units
    where start_date > {{ sync_date() }}
    union all
    select unit_row, 'school_closed', concat('closed_from=', {{ day_text('closed_from') }}, '; closed_until=', {{ day_text('closed_until') }}, '; in_use=', is_in_use, '; sync_date={{ sync_day() }}')
    from units
    where is_in_use = 0
        or (closed_from <= {{ sync_date() }} and coalesce(closed_until, {{ sync_date() }}) >= {{ sync_date() }})
    union all
    {{ local_reasons("'school'", 'units', 'unit_row') }}

)

select * from exclusions
