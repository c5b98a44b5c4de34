{#- Every row of a source table, of each listed source that has it: the columns as trimmed text. -#}
{% macro read_source(family, module, table, columns) -%}
{%- for system in systems_of(family) %}
    select
        cast('{{ system }}' as nvarchar(20)) as source_system,
        {%- for column in columns %}
        {{ trimmed(column) }} as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ source(system ~ '_' ~ module, table) }}
    {{ 'union all' if not loop.last }}
{%- endfor %}
{%- endmacro %}
