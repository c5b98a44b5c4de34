{#- What joins a row to the class, group or mentor group that it names. Each kind has numbers of its own, and they overlap. -#}
{% macro register_key(rows_alias, classes=true) -%}
case
    when {{ rows_alias }}.mentor_group_key is not null then concat('mentorgroup-', {{ rows_alias }}.mentor_group_key)
    when {{ rows_alias }}.group_key is not null then concat('group-', {{ rows_alias }}.group_key)
    {%- if classes %}
    when {{ rows_alias }}.class_key is not null then concat('class-', {{ rows_alias }}.class_key)
    {%- endif %}
end
{%- endmacro %}
