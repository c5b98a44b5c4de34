{#- A text for an exact comparison: case and accents count, whatever the collation of the database. SQL Server's usual Swedish collation
    ignores case. -#}
{% macro exact(text) -%}
{{ adapter.dispatch('exact')(text) }}
{%- endmacro %}

{% macro default__exact(text) -%}
{{ text }} collate Latin1_General_100_BIN2
{%- endmacro %}

{% macro duckdb__exact(text) -%}
{{ text }} collate "C"
{%- endmacro %}
