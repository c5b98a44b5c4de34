{#- The rows of one entity from every register of the profile. All registers end in the same columns. -#}
{% macro union_staging(entity) -%}
{%- for family in families() %}
    select * from {{ ref('stg_' ~ family ~ '__' ~ entity) }}
    {{ 'union all' if not loop.last }}
{%- endfor %}
{%- endmacro %}
