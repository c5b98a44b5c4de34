{% from 'source_cell.jinja' import source_cell -%}
{# The units of Extens and IST: id, name, whether the register gives it a school form, whether it is open, its placements of all times.
   A unit of those who have left is no school, so it is never open. -#}
with

unit_cells as (

    select
        {{ source_cell(macros, 'enhet_id', 'id') }} as unit_id,
        {{ source_cell(macros, 'enhetsnamn', 'name') }} as unit_name,
        {{ source_cell(macros, 'skolform', 'code') }} as school_form_code,
        {{ source_cell(macros, 'slutdatum', 'date') }} as end_date,
        {{ source_cell(macros, 'aktiv_enhet', 'flag') }} as is_in_use,
        {{ source_cell(macros, 'avgangsenhet', 'flag') }} as is_of_leavers
    from {{ extens.skolenhet }}

),

unit_rows as (

    select
        unit_id,
        unit_name,
        case when school_form_code is null then 0 else 1 end as has_form,
        case
            when {{ macros.exact('is_in_use') }} = '0' then 0
            when {{ macros.is_flag_set('is_of_leavers') }} = 1 then 0
            when {{ macros.read_end_date('end_date') }} < {{ macros.sync_date() }} then 0
            else 1
        end as is_open,
        1 as is_unit,
        0 as placements
    from unit_cells
    union all
    select
        {{ source_cell(macros, 'enhet_id', 'id') }},
        cast(null as nvarchar(4000)),
        0,
        0,
        0,
        1
    from {{ extens.elevplacering }}

)

{% include 'units_counted.jinja' %}
