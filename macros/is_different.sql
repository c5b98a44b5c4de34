{#- Condition: two values differ, null being a value like any other. Exact where they are text. -#}
{% macro is_different(one, other, column) -%}
{%- if var('columns')[column].startswith('nvarchar') -%}
exists (select {{ exact(one) }} as x except select {{ exact(other) }} as x)
{%- else -%}
exists (select {{ one }} as x except select {{ other }} as x)
{%- endif -%}
{%- endmacro %}
