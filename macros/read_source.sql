{#- Every row of a source table, of each listed source that has its module: the columns as trimmed text. No row where none has it. -#}
{% macro read_source(family, module, table, columns) -%}
{%- set systems = systems_with(family, module) -%}
{%- for system in systems %}
    select
        cast('{{ system }}' as nvarchar(20)) as source_system,
        {%- for column in columns %}
        {{ trimmed(column, holds_of(system ~ '_' ~ module, table, column)) }} as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ source(system ~ '_' ~ module, table) }}
    {{ 'union all' if not loop.last }}
{%- else %}
    select
        cast('' as nvarchar(20)) as source_system,
        {%- for column in columns %}
        {{ trimmed("''") }} as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    where 1 = 0
{%- endfor %}
{%- endmacro %}
