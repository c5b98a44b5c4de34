{#- A text of a source under our own database's collation: the register's database may have another, and SQL Server compares no two. -#}
{% macro our_collation(text) -%}
{{ adapter.dispatch('our_collation')(text) }}
{%- endmacro %}

{% macro default__our_collation(text) -%}
{{ text }} collate database_default
{%- endmacro %}

{% macro duckdb__our_collation(text) -%}
{{ text }}
{%- endmacro %}
