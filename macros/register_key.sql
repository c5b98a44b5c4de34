{#- What joins a row to the class or the group that it names: both have numbers of their own, and they overlap. -#}
{% macro register_key(rows_alias) -%}
case
    when {{ rows_alias }}.group_key is not null then concat('group-', {{ rows_alias }}.group_key)
    when {{ rows_alias }}.class_key is not null then concat('class-', {{ rows_alias }}.class_key)
end
{%- endmacro %}
