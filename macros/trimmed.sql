{#- A source column as text: blanks around it gone, blank is null. holds: what its cells are (holds_of). -#}
{% macro trimmed(column, holds='text') -%}
nullif(ltrim(rtrim({{ our_collation(text_of(column, holds)) }})), '')
{%- endmacro %}
