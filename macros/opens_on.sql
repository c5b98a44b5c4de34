{#- WIN. The first day on which a row is inside its window. Null if its start is blank. -#}
{% macro opens_on(start_date, days_before) -%}
{{ add_days(start_date, '-coalesce(' ~ days_before ~ ', 0)') }}
{%- endmacro %}
