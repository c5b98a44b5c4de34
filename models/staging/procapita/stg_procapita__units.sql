-- The units of ProCapita in the columns of int_units_conformed.
-- One row is a row of kj1v0enh, or a unit of kjgp0sre, which has a row for each head of school of a unit. No key: the register may repeat
-- an id.
-- Change: another code for a school form is a row of seeds/rules/school_form_codes.csv.

with

school_units as (

    select * from {{ ref('land_procapita__kj1v0enh') }}

),

gymnasium_rows as (

    select * from {{ ref('land_procapita__kjgp0sre') }}

),

-- A row that is not in use is taken only if no row of its unit is in use.
gymnasium_ranked as (

    select
        source_system,
        skolenhet,
        rektorsenhet_namn,
        skolenhetskod,
        case when upper(aktiv) = 'N' then 0 else 1 end as is_in_use,
        row_number() over (
            partition by source_system, skolenhet
            order by case when upper(aktiv) = 'N' then 1 else 0 end, {{ exact('rektorsenhet') }}, {{ exact('skolenhetskod') }}, {{ exact('rektorsenhet_namn') }}
        ) as row_rank
    from gymnasium_rows

),

gymnasium_units as (

    select
        source_system,
        skolenhet,
        {{ first_filled('rektorsenhet_namn', 'row_rank') }} as unit_name,
        {{ first_filled('skolenhetskod', 'row_rank') }} as school_unit_code,
        max(is_in_use) as is_in_use
    from gymnasium_ranked
    group by source_system, skolenhet

),

conformed as (

    select
        source_system,
        enhkod as unit_id,
        {{ cleaned('enhnamn') }} as unit_name,
        scbkod as school_unit_code,
        skolform as school_form_code,
        {{ read_date('startdat') }} as start_date,
        {{ read_end_date('stangtfrom') }} as closed_from,
        {{ read_end_date('stangttom') }} as closed_until,
        1 as has_own_dates,
        1 as is_in_use,
        0 as is_leavers_unit,
        {{ unreadable_dates(['startdat', 'stangtfrom', 'stangttom']) }} as unreadable_columns
    from school_units
    union all
    select
        source_system,
        skolenhet,
        {{ cleaned('unit_name') }},
        school_unit_code,
        cast(null as nvarchar(100)) as school_form_code,
        {{ typed('null', 'start_date') }},
        cast(null as date) as closed_from,
        cast(null as date) as closed_until,
        0,
        is_in_use,
        0,
        cast(null as nvarchar(200)) as unreadable_columns
    from gymnasium_units

)

select * from conformed
