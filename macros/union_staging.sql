{#- The rows of one entity from every register that the profile reads; all end in the same columns. -#}
{% macro union_staging(entity) -%}
{%- for family in families() %}
    select * from {{ ref('stg_' ~ family ~ '__' ~ entity) }}
    {{ 'union all' if not loop.last }}
{%- endfor %}
{%- endmacro %}
