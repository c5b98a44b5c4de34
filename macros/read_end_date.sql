{#- DQ-3. A date that ends something, or says that it is over. As read_date, but for 1900-01-01: SQL Server makes that of an empty text
    in a typed column, and nothing of today ended then. A start on that day has long begun, so it stays. -#}
{% macro read_end_date(text) -%}
nullif({{ read_date(text) }}, cast('1900-01-01' as date))
{%- endmacro %}
