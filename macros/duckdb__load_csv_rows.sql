{#- Fills the table of a seed from its file, for the embedded engine. In place of dbt-duckdb's own, which takes some signs in the name
    of a folder for SQL or for a pattern. -#}
{% macro duckdb__load_csv_rows(model, agate_table) -%}
{%- set file = adapter.get_seed_file_path(model) | replace('[', '[[]') | replace('*', '[*]') | replace('?', '[?]') | replace("'", "''") -%}
{%- set sql -%}
copy {{ this.render() }} from '{{ file }}' (format csv, header true, delimiter ',')
{%- endset -%}
{%- do adapter.add_query(sql, abridge_sql_log=True) -%}
{{ return(sql) }}
{%- endmacro %}
