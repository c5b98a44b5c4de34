{#- A date written yyyymmdd, as ProCapita does; blank, empty (00000101) or unreadable is null. Year 9999 is open, so null. -#}
{% macro compact_date(text) -%}
case
    when {{ has_only_digits(text) }} = 1 and len({{ text }}) = 8 and left({{ text }}, 4) between '1800' and '9998'
        then try_cast(concat(left({{ text }}, 4), '-', substring({{ text }}, 5, 2), '-', right({{ text }}, 2)) as date)
end
{%- endmacro %}
