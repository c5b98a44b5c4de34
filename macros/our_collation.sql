{#- A text of a source under the collation of our own database. The register's database may have another, and SQL Server does not compare
    two collations. -#}
{% macro our_collation(text) -%}
{{ adapter.dispatch('our_collation')(text) }}
{%- endmacro %}

{% macro default__our_collation(text) -%}
{{ text }} collate database_default
{%- endmacro %}

{% macro duckdb__our_collation(text) -%}
{{ text }}
{%- endmacro %}
