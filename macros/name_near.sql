{#- A text as it is compared for near misses: without case and blanks, also those that do not break a line. -#}
{% macro name_near(text) -%}
{{ exact("lower(replace(replace(" ~ text ~ ", ' ', ''), N'\u00a0', ''))") }}
{%- endmacro %}
