{#- A text in which some texts (SQL) are replaced by others, one after the other, letter for letter. Give only a few at a time: an engine
    cannot read deep nesting. -#}
{% macro replaced(text, pairs) -%}
{{ 'replace(' * pairs | length }}{{ exact(text) }}{% for old, new in pairs %}, {{ old }}, {{ new }}){% endfor %}
{%- endmacro %}
