{#- A date some years later. 29 February becomes 28 February if the year has none. The result is a date. -#}
{% macro add_years(day, years) -%}
{{ adapter.dispatch('add_years')(day, years) }}
{%- endmacro %}

{% macro default__add_years(day, years) -%}
dateadd(year, {{ years }}, {{ day }})
{%- endmacro %}

{% macro duckdb__add_years(day, years) -%}
cast({{ day }} + interval {{ years }} year as date)
{%- endmacro %}
