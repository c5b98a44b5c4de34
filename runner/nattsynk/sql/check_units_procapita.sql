{% from 'source_cell.jinja' import source_cell -%}
{# The units of ProCapita and TED: id, name, whether the register gives it a school form, whether it is open, its placements of all times.
   A row of the gymnasium has its school form itself, so its unit needs none. -#}
with

{% if 'kj1v0enh' in procapita %}
unit_cells as (

    select
        {{ source_cell(macros, 'enhkod', 'id') }} as unit_id,
        {{ source_cell(macros, 'enhnamn', 'name') }} as unit_name,
        {{ source_cell(macros, 'skolform', 'code') }} as school_form_code,
        {{ source_cell(macros, 'stangtfrom', 'date') }} as closed_from,
        {{ source_cell(macros, 'stangttom', 'date') }} as closed_until
    from {{ procapita.kj1v0enh }}

),

{% endif %}
unit_rows as (

    {% if 'kj1v0enh' in procapita %}
    select
        unit_id,
        unit_name,
        case when school_form_code is null then 0 else 1 end as has_form,
        case
            when {{ macros.read_end_date('closed_from') }} <= {{ macros.sync_date() }}
                and coalesce({{ macros.read_end_date('closed_until') }}, {{ macros.sync_date() }}) >= {{ macros.sync_date() }} then 0
            else 1
        end as is_open,
        1 as is_unit,
        0 as placements
    from unit_cells
    union all
    select
        {{ source_cell(macros, 'enhkod', 'id') }},
        cast(null as nvarchar(4000)),
        0,
        0,
        0,
        1
    from {{ procapita.kj1v0plk }}
    {% endif %}
    {% if 'kj1v0enh' in procapita and 'kjgp0sre' in procapita %}
    union all
    {% endif %}
    {% if 'kjgp0sre' in procapita %}
    select
        {{ source_cell(macros, 'skolenhet', 'id') }} as unit_id,
        {{ source_cell(macros, 'rektorsenhet_namn', 'name') }} as unit_name,
        1 as has_form,
        case when {{ macros.exact('upper(' ~ source_cell(macros, 'aktiv', 'flag') ~ ')') }} = 'N' then 0 else 1 end as is_open,
        1 as is_unit,
        0 as placements
    from {{ procapita.kjgp0sre }}
    union all
    select
        {{ source_cell(macros, 'skolenhet', 'id') }},
        cast(null as nvarchar(4000)),
        0,
        0,
        0,
        1
    from {{ procapita.kjgp0ekl }}
    {% endif %}

)

{% include 'units_counted.jinja' %}
