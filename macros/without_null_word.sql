{#- A text of `as_text`, or null if it is the word NULL, letter for letter. SQL Server Management Studio writes that word where there is no
    value. -#}
{% macro without_null_word(text) -%}
{{ adapter.dispatch('without_null_word')(text) }}
{%- endmacro %}

{% macro default__without_null_word(text) -%}
nullif({{ exact(text) }}, 'NULL')
{%- endmacro %}

{% macro duckdb__without_null_word(text) -%}
nullif({{ text }}, 'NULL')
{%- endmacro %}
