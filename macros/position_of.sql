{#- The place (from 1) where a text first occurs in another. 0 if it does not. -#}
{% macro position_of(part, text) -%}
{{ adapter.dispatch('position_of')(part, text) }}
{%- endmacro %}

{% macro default__position_of(part, text) -%}
charindex({{ part }}, {{ text }})
{%- endmacro %}

{% macro duckdb__position_of(part, text) -%}
strpos({{ text }}, {{ part }})
{%- endmacro %}
