{#- 1 where a yyyy-mm-dd text says something that is no date; blank and year 9999 say nothing. -#}
{% macro is_unreadable_dashed_date(text) -%}
case
    when {{ text }} is null or left({{ text }}, 4) = '9999' then 0
    when {{ dashed_date(text) }} is null then 1
    else 0
end
{%- endmacro %}
