{#- The names of those date columns of a row that hold no date, comma separated; null where all can be read. -#}
{% macro unreadable_dates(columns) -%}
nullif(substring(concat(
    {%- for column in columns %}
        case when {{ is_unreadable_date(column) }} = 1 then ',{{ column }}' else '' end,
    {%- endfor %}
        ''
    ), 2, 200), '')
{%- endmacro %}
