{#- The character of a code point. -#}
{% macro character(code_point) -%}
{{ adapter.dispatch('character')(code_point) }}
{%- endmacro %}

{% macro default__character(code_point) -%}
nchar({{ code_point }})
{%- endmacro %}

{% macro duckdb__character(code_point) -%}
chr({{ code_point }})
{%- endmacro %}
