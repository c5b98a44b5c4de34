{#- A value as text: what shows nothing at its ends is gone (visible.sql says which characters), blank is null. -#}
{% macro trimmed(value) -%}
{{ our_collation(stripped(as_text(value))) }}
{%- endmacro %}
