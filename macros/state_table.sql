{#- The statements that make a table of our state if it is missing, and add the columns that an older version lacks. -#}
{% macro state_table(table, columns, key) -%}
{{ return([create_table_if_missing(table, columns, key)] + add_columns_if_missing(table, columns)) }}
{%- endmacro %}
