{#- The sync date as text yyyy-mm-dd, for arithmetic at compile time. Parsing needs no day; building without one is an error. -#}
{% macro sync_day() -%}
{%- set day = var('sync_date', '') -%}
{%- if not day and execute -%}
    {{ exceptions.raise_compiler_error("The var sync_date (yyyy-mm-dd) is missing: run dbt through nattsynk, or give --vars '{sync_date: 2026-08-17}'.") }}
{%- endif -%}
{{ day or '1900-01-01' }}
{%- endmacro %}
