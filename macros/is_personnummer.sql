{#- PER-8. 1 where a number (civic_key) is a valid personnummer or samordningsnummer, by date and check digit. Else 0.
    A samordningsnummer may have an unknown day (60) or month (00). -#}
{% macro is_personnummer(key) -%}
{%- set day = "substring(" ~ key ~ ", 7, 2)" -%}
{%- set month = "substring(" ~ key ~ ", 5, 2)" -%}
case
    when len({{ key }}) = 12 and {{ has_only_digits(key) }} = 1 and left({{ key }}, 4) between '1800' and '2999'
        and ({{ civic_no_check_sum(key) }}) % 10 = 0
        and (
            {{ civic_birth_date(key) }} is not null
            or ({{ day }} = '60' and {{ month }} between '00' and '12')
            or ({{ month }} = '00' and {{ day }} between '60' and '91')
        )
        then 1
    else 0
end
{%- endmacro %}
