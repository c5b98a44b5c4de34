{#- The listed sources as rows: source_system, and source_rank, its place in the list from 1. -#}
{% macro profile_systems() -%}
{%- for system in var('sources') %}
    select cast('{{ system }}' as nvarchar(20)) as source_system, {{ loop.index }} as source_rank
    {{ 'union all' if not loop.last }}
{%- endfor %}
{%- endmacro %}
