{#- DQ-3. The day that a text writes, as yyyy-mm-dd. Null if it has another form. It reads yyyymmdd and yyyy-mm-dd, alone or with a time of
    day (is_time_of_day), and takes the day as it is written. read_date checks whether there is such a day. -#}
{% macro iso_date(text) -%}
{{ adapter.dispatch('iso_date')(text) }}
{%- endmacro %}

{% macro default__iso_date(text) -%}
{%- set digit = '[0-9]' -%}
{%- set compact = "replace(" ~ text ~ ", '-', '')" -%}
case
    when {{ exact(text) }} not like '{{ digit * 8 }}%' and {{ exact(text) }} not like '{{ digit * 4 }}-{{ digit * 2 }}-{{ digit * 2 }}%' then null
    when {{ is_time_of_day("substring(" ~ text ~ ", case when substring(" ~ text ~ ", 5, 1) = '-' then 11 else 9 end, 4000)") }}
        then concat(left({{ compact }}, 4), '-', substring({{ compact }}, 5, 2), '-', substring({{ compact }}, 7, 2))
end
{%- endmacro %}

{% macro duckdb__iso_date(text) -%}
{%- set day = '([0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2})' -%}
case
    when regexp_full_match({{ text }}, '{{ day }}([ T][0-9][0-9:.]*(Z| *[+-][0-9]{2}:[0-9]{2})?)?')
        and not regexp_full_match({{ text }}, '{{ day }}[ T]2[23].*(Z|[+-]00:00)')
        then regexp_replace(left(replace({{ text }}, '-', ''), 8), '(....)(..)(..)', '\1-\2-\3')
end
{%- endmacro %}
