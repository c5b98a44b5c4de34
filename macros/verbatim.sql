{#- A text to be compared letter for letter, blanks at its end too: SQL Server compares without those under any collation. -#}
{% macro verbatim(text) -%}
{{ exact("concat(" ~ text ~ ", '|')") }}
{%- endmacro %}
