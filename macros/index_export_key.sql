{#- After an export table is made: an index of its key, by which the delta joins it with what is confirmed. DuckDB joins as fast without. -#}
{% macro index_export_key() -%}
{{ adapter.dispatch('index_export_key')() }}
{%- endmacro %}

{% macro default__index_export_key() -%}
create unique clustered index ix_{{ this.identifier }} on {{ this }} ({{ model.config.meta.key | join(', ') }})
{%- endmacro %}

{% macro duckdb__index_export_key() -%}
{%- endmacro %}
