{#- DQ-3. A date that ends something. As read_date, except for 1900-01-01: SQL Server turns an empty text in a typed column into that day,
    so it is null here. As a start that day is kept: it has long begun. -#}
{% macro read_end_date(text) -%}
nullif({{ read_date(text) }}, cast('1900-01-01' as date))
{%- endmacro %}
