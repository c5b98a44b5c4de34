{#- Aggregate. Of a group's rows, the text that is not blank on the row with the lowest rank (an int from 1). -#}
{% macro first_filled(text, rank) -%}
substring(min(case when {{ text }} is not null then concat(right(concat('000000000', {{ rank }}), 9), {{ text }}) end), 10, 4000)
{%- endmacro %}
