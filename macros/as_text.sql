{#- A value as text, letter for letter: each character counts, whatever the collation. No U+0020 at its end, for SQL Server's len skips them. -#}
{% macro as_text(value) -%}
{{ adapter.dispatch('as_text')(value) }}
{%- endmacro %}

{% macro default__as_text(value) -%}
rtrim({{ exact('cast(' ~ value ~ ' as nvarchar(4000))') }})
{%- endmacro %}

{% macro duckdb__as_text(value) -%}
rtrim(cast({{ value }} as nvarchar(4000)), ' ')
{%- endmacro %}
