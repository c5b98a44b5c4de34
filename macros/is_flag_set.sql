{#- 1 if a flag of Extens is set. 0 if it is blank, 0 or N. -#}
{% macro is_flag_set(text) -%}
case when coalesce(upper({{ text }}), 'N') in ('N', '0') then 0 else 1 end
{%- endmacro %}
