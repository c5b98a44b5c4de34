{#- One statement that makes a table if it is missing. columns: a list of "name type [not null]". key: a list of names. -#}
{% macro create_table_if_missing(table, columns, key) -%}
{{ return(adapter.dispatch('create_table_if_missing')(table, columns, key)) }}
{%- endmacro %}

{% macro default__create_table_if_missing(table, columns, key) -%}
{{ return("if object_id(N'" ~ table ~ "', N'U') is null create table " ~ table ~ " (\n    "
    ~ columns | join(',\n    ') ~ ",\n    primary key (" ~ key | join(', ') ~ ")\n)") }}
{%- endmacro %}

{% macro duckdb__create_table_if_missing(table, columns, key) -%}
{{ return("create table if not exists " ~ table ~ " (\n    "
    ~ columns | join(',\n    ') ~ ",\n    primary key (" ~ key | join(', ') ~ ")\n)") }}
{%- endmacro %}
