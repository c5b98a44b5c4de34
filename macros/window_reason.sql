{#- WIN. The reason why a row is outside its window: it has no start, has not begun, or is over. Null if it is inside. A row that ends
    before it begins is over. -#}
{% macro window_reason(prefix, start_date, end_date, days_before, days_after, is_strict='0') -%}
case
    when {{ start_date }} is null then '{{ prefix }}_start_blank'
    when {{ sync_date() }} < {{ opens_on(start_date, days_before) }} then '{{ prefix }}_not_started'
    when {{ end_date }} < {{ start_date }} then '{{ prefix }}_ended'
    when {{ end_date }} is not null and {{ add_days(end_date, 'coalesce(' ~ days_after ~ ', 0)') }} < {{ sync_date() }} then '{{ prefix }}_ended'
    when {{ end_date }} is not null and {{ is_strict }} = 1 and {{ add_days(end_date, 'coalesce(' ~ days_after ~ ', 0)') }} = {{ sync_date() }} then '{{ prefix }}_ended'
end
{%- endmacro %}
