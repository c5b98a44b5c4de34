{#- PER-8. 1 if a civic_key has the form of a TF-nummer (ååååmmddTFnn). Else 0, also for null. -#}
{% macro is_tf_number(key) -%}
case
    when len({{ key }}) = 12 and substring({{ key }}, 9, 2) = 'TF' and {{ has_only_digits("concat(left(" ~ key ~ ", 8), right(" ~ key ~ ", 2))") }} = 1 then 1
    else 0
end
{%- endmacro %}
