{#- PER-8. The day of birth that a civic_key tells. Null if it tells none. A samordningsnummer has sixty added to its day. -#}
{% macro civic_no_birth_date(key) -%}
{%- set day = "substring(" ~ key ~ ", 7, 2)" -%}
case
    when left({{ key }}, 4) between '1800' and '2999' and len({{ key }}) = 12 and {{ has_only_digits("left(" ~ key ~ ", 8)") }} = 1
        then try_cast(concat(left({{ key }}, 4), '-', substring({{ key }}, 5, 2), '-', case
            when {{ day }} between '61' and '91' then right(concat('0', try_cast({{ day }} as int) - 60), 2)
            else {{ day }}
        end) as date)
end
{%- endmacro %}
