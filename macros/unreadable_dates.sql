{#- The names of a row's date columns that hold no date, comma separated. Null if all can be read. -#}
{% macro unreadable_dates(columns) -%}
nullif(substring(concat(
    {%- for column in columns %}
        case when {{ is_unreadable_date(column) }} = 1 then ',{{ column }}' else '' end,
    {%- endfor %}
        ''
    ), 2, 200), '')
{%- endmacro %}
