{#- DQ-3. 1 if the cell is filled and holds no date. Else 0. A cell counts as blank if it is blank, year 9999 (open), or what
    systems write for an empty date (00000101, 0000-00-00, 0001-01-01). -#}
{% macro is_unreadable_date(text) -%}
case
    when {{ text }} is null or left({{ text }}, 4) = '9999' or left(replace({{ text }}, '-', ''), 8) in ('00000000', '00000101', '00010101') then 0
    when {{ read_date(text) }} is null then 1
    else 0
end
{%- endmacro %}
