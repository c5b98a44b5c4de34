{#- PER-8. The Luhn sum over the last ten of twelve digits. It is divisible by ten if the check digit is right. -#}
{% macro civic_no_check_sum(key) -%}
{%- for place in range(3, 13) %}
{%- set digit = "try_cast(substring(" ~ key ~ ", " ~ place ~ ", 1) as int)" %}
{{ '+ ' if not loop.first }}{% if place % 2 == 1 -%}
case when {{ digit }} > 4 then 2 * {{ digit }} - 9 else 2 * {{ digit }} end
{%- else -%} {{ digit }} {%- endif %}
{%- endfor %}
{%- endmacro %}
