{#- Aggregate. The last of a group's texts, letter by letter, as first_text gives the first. -#}
{% macro last_text(text) -%}
{{ our_collation('max(' ~ exact(text) ~ ')') }}
{%- endmacro %}
