{#- Statements that add to an older table the columns that it lacks, empty. columns: in the form of create_table_if_missing. A column that
    is `not null` is never added: it was there from the beginning (docs/decisions/0026-only-ever-widen-state-tables.md). -#}
{% macro add_columns_if_missing(table, columns) -%}
{%- set statements = [] -%}
{%- for column in columns if 'not null' not in column -%}
    {%- do statements.append(adapter.dispatch('add_column_if_missing')(table, column.split(' ')[0], column)) -%}
{%- endfor -%}
{{ return(statements) }}
{%- endmacro %}

{% macro default__add_column_if_missing(table, name, column) -%}
{{ return("if col_length(N'" ~ table ~ "', N'" ~ name ~ "') is null alter table " ~ table ~ " add " ~ column) }}
{%- endmacro %}

{% macro duckdb__add_column_if_missing(table, name, column) -%}
{{ return("alter table " ~ table ~ " add column if not exists " ~ column) }}
{%- endmacro %}
