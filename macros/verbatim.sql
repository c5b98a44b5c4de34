{#- A text for a comparison letter for letter, blanks at its end included. SQL Server ignores these under any collation. -#}
{% macro verbatim(text) -%}
{{ exact("concat(" ~ text ~ ", '|')") }}
{%- endmacro %}
