-- The units of ProCapita in the columns of the conformed register.
-- One row a row of kj1v0enh.
-- Change: another code for a school form is a row of seeds/rules/school_form_codes.csv.

with

units as (

    select * from {{ ref('land_procapita__kj1v0enh') }}

),

conformed as (

    select
        source_system,
        enhkod as unit_id,
        enhnamn as unit_name,
        scbkod as school_unit_code,
        skolform as school_form_code,
        {{ compact_date('startdat') }} as start_date,
        {{ compact_date('stangtfrom') }} as closed_from,
        {{ compact_date('stangttom') }} as closed_until,
        1 as has_own_dates,
        1 as is_in_use,
        0 as is_leavers_unit,
        {{ unreadable_dates(['startdat', 'stangtfrom', 'stangttom']) }} as unreadable_columns
    from units

)

select * from conformed
