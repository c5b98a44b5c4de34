{#- A column of a source as the site calls it: the name in extract_columns.csv of the profile, else our own. -#}
{% macro source_column(system, table, column) -%}
{%- set site_column = var('site_columns', {}).get(system, {}).get(table, {}).get(column) -%}
{{ quoted_column(site_column) if site_column else column }}
{%- endmacro %}
