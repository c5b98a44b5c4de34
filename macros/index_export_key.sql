{#- Indexes the key of an export table after it is made. The delta joins by it. DuckDB joins as fast without an index. -#}
{% macro index_export_key() -%}
{{ adapter.dispatch('index_export_key')() }}
{%- endmacro %}

{% macro default__index_export_key() -%}
create unique clustered index ix_{{ this.identifier }} on {{ this }} ({{ model.config.meta.key | join(', ') }})
{%- endmacro %}

{% macro duckdb__index_export_key() -%}
{%- endmacro %}
