{#- A text of `as_text` without U+0020 at its beginning. Null if nothing is left. -#}
{% macro spaceless(text) -%}
{{ adapter.dispatch('spaceless')(text) }}
{%- endmacro %}

{% macro default__spaceless(text) -%}
nullif(ltrim({{ text }}), '')
{%- endmacro %}

{% macro duckdb__spaceless(text) -%}
nullif(ltrim({{ text }}, ' '), '')
{%- endmacro %}
