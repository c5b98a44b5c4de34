{#- 1 where a yyyymmdd text says something that is no date; blank, 00000101 and year 9999 say nothing. -#}
{% macro is_unreadable_date(text) -%}
case
    when {{ text }} is null or {{ text }} in ('00000101', '00000000') or left({{ text }}, 4) = '9999' then 0
    when {{ compact_date(text) }} is null then 1
    else 0
end
{%- endmacro %}
