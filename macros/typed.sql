{#- A value under one of our column names, in that column's type. Names, types and lengths: vars.columns in dbt_project.yml. -#}
{% macro typed(value, column) -%}
cast({{ value }} as {{ var('columns')[column] }}) as {{ column }}
{%- endmacro %}
