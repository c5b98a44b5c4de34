{#- A value of any type as text. Each character is kept, whatever the collation, except U+0020 at the end, which SQL Server's len does not
    count. holds: what the source column holds. A date is written yyyy-mm-dd; a plain cast on SQL Server would write Aug 17 2026 12:00AM. -#}
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
