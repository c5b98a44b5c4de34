{#- 1 where a flag of Extens says something, else 0: blank, 0 and N say nothing. -#}
{% macro is_flag_set(text) -%}
case when coalesce(upper({{ text }}), 'N') in ('N', '0') then 0 else 1 end
{%- endmacro %}
