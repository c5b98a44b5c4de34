{#- A text as it is compared for near misses: case and blanks, those that do not break a line too, do not count. -#}
{% macro name_near(text) -%}
{{ exact("lower(replace(replace(" ~ text ~ ", ' ', ''), N'\u00a0', ''))") }}
{%- endmacro %}
