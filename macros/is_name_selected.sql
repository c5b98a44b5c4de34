{#- GRP-2. 1 if a group's own name begins (prefix) or ends (suffix) with the selection text, or if names do not select. Else 0. -#}
{% macro is_name_selected(name) -%}
{%- set text = var('group_selection_text', '') or '' -%}
case
    when {{ setting('group_selection') }} = 'prefix' and {{ exact("coalesce(left(" ~ name ~ ", " ~ text | length ~ "), '')") }} <> {{ setting('group_selection_text') }} then 0
    when {{ setting('group_selection') }} = 'suffix' and {{ exact("coalesce(right(" ~ name ~ ", " ~ text | length ~ "), '')") }} <> {{ setting('group_selection_text') }} then 0
    else 1
end
{%- endmacro %}
