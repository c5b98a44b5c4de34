{#- What the cells of a source column hold: `holds` of the source's list of columns (date, civic_no, code …); text where it says nothing. -#}
{% macro holds_of(source_name, table, column) -%}
{#- While dbt reads the models, and in a unit test, there is no list. -#}
{%- for node in graph.get('sources', {}).values() if node.source_name == source_name and node.name == table -%}
    {{ return(node.columns.get(column, {}).get('config', {}).get('meta', {}).get('holds', 'text')) }}
{%- endfor -%}
{{ return('text') }}
{%- endmacro %}
