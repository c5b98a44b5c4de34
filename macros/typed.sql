{#- A value under one of our column names, in the type of that column. Names, types and lengths stand in vars.columns of dbt_project.yml. -#}
{% macro typed(value, column) -%}
cast({{ value }} as {{ var('columns')[column] }}) as {{ column }}
{%- endmacro %}
