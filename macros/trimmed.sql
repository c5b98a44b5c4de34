{#- A value as text without invisible characters at its ends (macros/visible.sql has the list). Blank is null. -#}
{% macro trimmed(value) -%}
{{ our_collation(stripped(as_text(value))) }}
{%- endmacro %}
