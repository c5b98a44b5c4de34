{#- The name of a column in quotes. It may hold blanks, brackets and quotes. -#}
{% macro quoted_column(name) -%}
{{ adapter.dispatch('quoted_column')(name) }}
{%- endmacro %}

{% macro default__quoted_column(name) -%}
[{{ name | replace(']', ']]') }}]
{%- endmacro %}

{% macro duckdb__quoted_column(name) -%}
"{{ name | replace('"', '""') }}"
{%- endmacro %}
