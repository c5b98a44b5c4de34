{#- Every row of a source table, of each listed source that has its module: the columns as text, each cell as `cell` reads it. No row where
    none has it. What a column holds stands in the sources' yml, which the runner gives as the var holds: a unit test has no graph to ask. -#}
{% macro read_source(family, module, table, columns) -%}
{%- set systems = systems_with(family, module) -%}
{%- set holds = var('holds')[table] -%}
{%- for column in columns if column not in holds -%}
    {{ exceptions.raise_compiler_error(table ~ "." ~ column ~ " is not listed with what it holds: add it to models/staging/" ~ family ~ "/_" ~ family ~ "__sources.yml.") }}
{%- endfor -%}
{%- for system in systems %}
    select
        cast('{{ system }}' as nvarchar(20)) as source_system,
        {%- for column in columns %}
        {{ cell(column, holds[column]) }} as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            {%- for column in columns %}
            {{ plain_number(as_text(column)) if holds[column] == 'civic_no' else as_text(column, holds[column]) }} as {{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ source(system ~ '_' ~ module, table) }}
    ) as cells
    {{ 'union all' if not loop.last }}
{%- else %}
    select
        cast('' as nvarchar(20)) as source_system,
        {%- for column in columns %}
        {{ our_collation("cast('' as nvarchar(4000))") }} as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    where 1 = 0
{%- endfor %}
{%- endmacro %}
