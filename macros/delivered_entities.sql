{#- What is delivered, as a list of {name, plural, key, columns}, read from the export models and their contracts: each list stands once. Only while dbt executes. -#}
{% macro delivered_entities() -%}
{%- set found = [] -%}
{%- for node in graph.nodes.values() if node.resource_type == 'model' and node.config.meta.entity is defined -%}
    {%- do found.append({
        'name': node.config.meta.entity,
        'plural': node.name | replace('export_', ''),
        'key': node.config.meta.key,
        'columns': node.columns.keys() | list,
    }) -%}
{%- endfor -%}
{{ return(found | sort(attribute='plural')) }}
{%- endmacro %}
