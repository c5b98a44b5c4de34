{#- The statements that see to one table of our state: made where it is missing, widened where an older version made it. -#}
{% macro state_table(table, columns, key) -%}
{{ return([create_table_if_missing(table, columns, key)] + add_columns_if_missing(table, columns)) }}
{%- endmacro %}
