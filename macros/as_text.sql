{#- A value of any type as text, letter for letter: each character counts, whatever the collation. No U+0020 at its end, for SQL Server's len
    skips them. holds: what a source column holds; a date is written yyyy-mm-dd, where a cast of SQL Server writes Aug 17 2026 12:00AM. -#}
{% macro as_text(value, holds='text') -%}
{{ adapter.dispatch('as_text')(value, holds) }}
{%- endmacro %}

{% macro default__as_text(value, holds) -%}
{%- set text = "convert(nvarchar(4000), " ~ value ~ ", 121)" if holds == 'date' else "cast(" ~ value ~ " as nvarchar(4000))" -%}
rtrim({{ exact(text) }})
{%- endmacro %}

{% macro duckdb__as_text(value, holds) -%}
rtrim(cast({{ value }} as nvarchar(4000)), ' ')
{%- endmacro %}
