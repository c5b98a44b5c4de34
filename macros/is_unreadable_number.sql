{#- PER-8, DQ-4. 1 if a number (civic_key) does not have the form of a personnummer, samordningsnummer or TF-nummer: twelve characters, a
    year, a month, a day. Else 0. The check digit and the calendar are not checked: a wrong number can be read, and is invalid. -#}
{% macro is_unreadable_number(key) -%}
case
    when len({{ key }}) = 12
        and {{ has_only_digits("concat(left(" ~ key ~ ", 8), right(" ~ key ~ ", 2))") }} = 1
        and ({{ has_only_digits("substring(" ~ key ~ ", 9, 2)") }} = 1 or substring({{ key }}, 9, 2) = 'TF')
        and left({{ key }}, 4) between '1800' and '2999'
        and substring({{ key }}, 5, 2) between '00' and '12'
        and (substring({{ key }}, 7, 2) between '01' and '31' or substring({{ key }}, 7, 2) between '60' and '91')
        then 0
    else 1
end
{%- endmacro %}
