{#- One statement that makes a schema if it is missing. T-SQL requires `create schema` in a batch of its own. -#}
{% macro create_schema_if_missing(schema) -%}
{{ return(adapter.dispatch('create_schema_if_missing')(schema)) }}
{%- endmacro %}

{% macro default__create_schema_if_missing(schema) -%}
{{ return("if schema_id(N'" ~ schema ~ "') is null exec(N'create schema " ~ schema ~ "')") }}
{%- endmacro %}

{% macro duckdb__create_schema_if_missing(schema) -%}
{{ return("create schema if not exists " ~ schema) }}
{%- endmacro %}
