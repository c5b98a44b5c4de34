{#- Every row of a source table, for each listed source that has its module. The columns are text, each cell as `cell` reads it. No rows if
    no source has the module. The runner gives what the columns hold as the var holds, from the sources' yml, because a unit test has no
    graph to ask. A column is read by the site's own name (`source_column`) and has our name from here on. -#}
{% macro read_source(family, module, table, columns) -%}
{%- set systems = systems_with(family, module) -%}
{%- set holds = var('holds')[family][table] -%}
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
            {%- set text = as_text(source_column(system, table, column), holds[column]) %}
            {{ plain_number(text) if holds[column] == 'civic_no' else text }} as {{ column }}{{ ',' if not loop.last }}
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
