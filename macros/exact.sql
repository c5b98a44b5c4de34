{#- A text to be compared exactly: case and accents count. SQL Server's usual Swedish collation would ignore case. -#}
{% macro exact(text) -%}
{{ adapter.dispatch('exact')(text) }}
{%- endmacro %}

{% macro default__exact(text) -%}
{{ text }} collate Latin1_General_100_BIN2
{%- endmacro %}

{% macro duckdb__exact(text) -%}
{{ text }}
{%- endmacro %}
