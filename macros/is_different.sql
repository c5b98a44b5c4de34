{#- Condition: two values of one of our columns differ. Null is a value like any other. Texts are compared exactly. -#}
{% macro is_different(one, other, column) -%}
{%- set is_text = var('columns')[column].startswith('nvarchar') -%}
({{ exact(one) if is_text else one }} <> {{ exact(other) if is_text else other }} or ({{ one }} is null and {{ other }} is not null) or ({{ one }} is not null and {{ other }} is null))
{%- endmacro %}
