{#- WIN. What the verdict of a window rests on: the row's dates and the days before and after. -#}
{% macro window_evidence(start_date, end_date, days_before, days_after) -%}
concat(
    'start_date=', {{ day_text(start_date) }}, '; end_date=', {{ day_text(end_date) }},
    '; days_before=', {{ days_before }}, '; days_after=', {{ days_after }}, '; sync_date={{ sync_day() }}'
)
{%- endmacro %}
