{#- What is delivered, as a list of {name, plural, key, policies, columns}, read from the export models and their contracts: each list stands once. Only while dbt executes. -#}
{% macro delivered_entities() -%}
{%- set found = [] -%}
{%- for node in graph.nodes.values() if node.resource_type == 'model' and node.config.meta.entity is defined -%}
    {%- set policies = node.config.meta.policies or [] -%}
    {%- do found.append({
        'name': node.config.meta.entity,
        'plural': node.name | replace('export_', ''),
        'key': node.config.meta.key,
        'policies': policies,
        'columns': node.columns.keys() | reject('in', policies) | list,
    }) -%}
{%- endfor -%}
{{ return(found | sort(attribute='plural')) }}
{%- endmacro %}
