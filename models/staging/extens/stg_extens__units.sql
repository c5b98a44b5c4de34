-- The units of Extens in the columns of int_units_conformed.
-- One row is a row of skolenhet. No key: the register may repeat an id.
-- Change: another code for a school form is a row of seeds/rules/school_form_codes.csv.

with

units as (

    select * from {{ ref('land_extens__skolenhet') }}

),

conformed as (

    select
        source_system,
        enhet_id as unit_id,
        {{ cleaned('enhetsnamn') }} as unit_name,
        skolenhetskod as school_unit_code,
        skolform as school_form_code,
        {{ read_date('startdatum') }} as start_date,
        {{ add_days(read_end_date('slutdatum'), 1) }} as closed_from,
        cast(null as date) as closed_until,
        1 as has_own_dates,
        case when aktiv_enhet = '0' then 0 else 1 end as is_in_use,
        {{ is_flag_set('avgangsenhet') }} as is_leavers_unit,
        {{ unreadable_dates(['startdatum', 'slutdatum']) }} as unreadable_columns
    from units

)

select * from conformed
