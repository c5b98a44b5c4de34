{#- The place (from 1) of the first occurrence of a text in another, 0 where there is none. -#}
{% macro position_of(part, text) -%}
{{ adapter.dispatch('position_of')(part, text) }}
{%- endmacro %}

{% macro default__position_of(part, text) -%}
charindex({{ part }}, {{ text }})
{%- endmacro %}

{% macro duckdb__position_of(part, text) -%}
strpos({{ text }}, {{ part }})
{%- endmacro %}
