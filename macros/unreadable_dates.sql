{#- The names of those date columns of a row that hold no date, comma separated; null where all can be read.
    style: how the register writes dates, compact (yyyymmdd) or dashed (yyyy-mm-dd). -#}
{% macro unreadable_dates(columns, style='compact') -%}
nullif(substring(concat(
    {%- for column in columns %}
        case when {{ is_unreadable_dashed_date(column) if style == 'dashed' else is_unreadable_date(column) }} = 1 then ',{{ column }}' else '' end,
    {%- endfor %}
        ''
    ), 2, 200), '')
{%- endmacro %}
