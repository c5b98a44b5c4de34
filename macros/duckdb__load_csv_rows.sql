{#- Fills the table of a seed from its file, on the embedded engine. It replaces dbt-duckdb's own macro, which reads some characters in a
    folder's name as SQL or as a pattern. -#}
{% macro duckdb__load_csv_rows(model, agate_table) -%}
{%- set file = adapter.get_seed_file_path(model) | replace('[', '[[]') | replace('*', '[*]') | replace('?', '[?]') | replace("'", "''") -%}
{%- set sql -%}
copy {{ this.render() }} from '{{ file }}' (format csv, header true, delimiter ',')
{%- endset -%}
{%- do adapter.add_query(sql, abridge_sql_log=True) -%}
{{ return(sql) }}
{%- endmacro %}
