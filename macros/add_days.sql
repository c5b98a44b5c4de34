{#- A date some days later, or earlier. days: a number, or an expression of type int. The result is a date. -#}
{% macro add_days(day, days) -%}
{{ adapter.dispatch('add_days')(day, days) }}
{%- endmacro %}

{% macro default__add_days(day, days) -%}
dateadd(day, {{ days }}, {{ day }})
{%- endmacro %}

{% macro duckdb__add_days(day, days) -%}
({{ day }} + cast({{ days }} as int))
{%- endmacro %}
