{#- DQ-3. The date that a text of a register writes. Null if the text says nothing (is_unreadable_date) or cannot be read. Year 9999 means
    open, so null. No date of a register is before 1800. -#}
{% macro read_date(text) -%}
case when left({{ text }}, 4) between '1800' and '9998' then try_cast({{ iso_date(text) }} as date) end
{%- endmacro %}
