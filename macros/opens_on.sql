{#- WIN. The first day that a row is inside its window; null where its start is blank. -#}
{% macro opens_on(start_date, days_before) -%}
{{ add_days(start_date, '-coalesce(' ~ days_before ~ ', 0)') }}
{%- endmacro %}
