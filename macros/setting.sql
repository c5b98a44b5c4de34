{#- One setting as a SQL literal: numbers and flags bare, text quoted. Names and defaults stand in seeds/rules/settings.csv. -#}
{% macro setting(name) -%}
{%- set value = var(name) -%}
{%- if value is number -%} {{ value }} {%- else -%} N'{{ (value or '') | replace("'", "''") }}' {%- endif -%}
{%- endmacro %}
