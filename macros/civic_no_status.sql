{#- PER-8. Whether a civic_key is missing, valid or invalid. A samordningsnummer may have an unknown day (60) or month (00). -#}
{% macro civic_no_status(key) -%}
case
    when {{ key }} is null then 'missing'
    when {{ is_tf_number(key) }} = 1 and {{ civic_no_birth_date(key) }} is not null then 'valid'
    when len({{ key }}) <> 12 or {{ has_only_digits(key) }} = 0 or ({{ civic_no_check_sum(key) }}) % 10 <> 0 then 'invalid'
    when {{ civic_no_birth_date(key) }} is not null then 'valid'
    when left({{ key }}, 4) between '1800' and '2999' and substring({{ key }}, 5, 2) between '00' and '12'
        and (substring({{ key }}, 7, 2) = '60' or (substring({{ key }}, 5, 2) = '00' and substring({{ key }}, 7, 2) between '60' and '91')) then 'valid'
    else 'invalid'
end
{%- endmacro %}
