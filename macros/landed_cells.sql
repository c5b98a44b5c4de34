{#- Counts the cells of a landing table by value, for each column that can be judged. keys must be filled, dates and numbers must be
    readable, codes must stand in a seed. numbers: source column -> column it landed as. codes: source column -> kind of code. -#}
{% macro landed_cells(landed, keys={}, dates=[], numbers={}, codes={}) -%}
{%- set columns = [] -%}
{%- for column, cell in keys.items() -%}
    {%- do columns.append((column, 'key', "case when " ~ cell ~ " is not null then 'filled' end")) -%}
{%- endfor -%}
{%- for column in dates -%}
    {%- do columns.append((column, 'date', exact(column))) -%}
{%- endfor -%}
{%- for column, cell in numbers.items() -%}
    {%- do columns.append((column, 'number', exact(cell))) -%}
{%- endfor -%}
{%- for column, kind in codes.items() -%}
    {%- do columns.append((column, kind, exact(column))) -%}
{%- endfor -%}
{%- for column, holds, cell in columns %}
    select source_system, '{{ landed.split('__')[1] }}' as table_name, '{{ column }}' as column_name, '{{ holds }}' as holds, {{ cell }} as cell, count(*) as cell_count
    from {{ ref(landed) }}
    group by source_system, {{ cell }}
    {{ 'union all' if not loop.last }}
{%- endfor %}
{%- endmacro %}
