{#- The families of tables (folders of models/staging) that the listed sources need. -#}
{% macro families() -%}
{%- set needed = [] -%}
{%- for family in var('families') if systems_of(family) -%}
    {%- do needed.append(family) -%}
{%- endfor -%}
{{ return(needed) }}
{%- endmacro %}
