{#- A text with each of some texts (SQL) replaced by another, one after the other, letter for letter. A few at a time: deep nesting cannot be read. -#}
{% macro replaced(text, pairs) -%}
{{ 'replace(' * pairs | length }}{{ exact(text) }}{% for old, new in pairs %}, {{ old }}, {{ new }}){% endfor %}
{%- endmacro %}
