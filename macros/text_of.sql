{#- A source column of any type as text. A date is written yyyy-mm-dd: a cast of SQL Server writes a datetime as Aug 17 2026 12:00AM. -#}
{% macro text_of(column, holds) -%}
{{ adapter.dispatch('text_of')(column, holds) }}
{%- endmacro %}

{% macro default__text_of(column, holds) -%}
{%- if holds == 'date' -%} convert(nvarchar(4000), {{ column }}, 121) {%- else -%} cast({{ column }} as nvarchar(4000)) {%- endif -%}
{%- endmacro %}

{% macro duckdb__text_of(column, holds) -%}
cast({{ column }} as nvarchar(4000))
{%- endmacro %}
