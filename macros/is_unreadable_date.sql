{#- DQ-3. 1 where a text of a register says something that is no date, else 0. Blank, year 9999 (open), and what systems write for an
    empty date (00000101, 0000-00-00, 0001-01-01) say nothing. -#}
{% macro is_unreadable_date(text) -%}
case
    when {{ text }} is null or left({{ text }}, 4) = '9999' or left(replace({{ text }}, '-', ''), 8) in ('00000000', '00000101', '00010101') then 0
    when {{ read_date(text) }} is null then 1
    else 0
end
{%- endmacro %}
