{#- Aggregate. The kinds of source that a link rests on, each once, in alphabetical order, comma separated (MEM-3). -#}
{% macro joined_link_sources(column) -%}
substring(concat(
    {%- for source in ['aktivitet', 'betygsign', 'elevmentor', 'klassmentor', 'mentorsgrupp', 'tjanst'] %}
            max(case when {{ column }} = '{{ source }}' then ',{{ source }}' else '' end){{ ',' if not loop.last }}
    {%- endfor %}
        ), 2, 100)
{%- endmacro %}
