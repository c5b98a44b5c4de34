{#- The listed sources of a family that have a module; none where every one of them leaves it unused. -#}
{% macro systems_with(family, module) -%}
{%- set modules = var('modules') -%}
{%- set found = [] -%}
{%- for system in systems_of(family) -%}
    {%- if system not in modules -%}
        {{ exceptions.raise_compiler_error("The var modules says nothing of " ~ system ~ ": run dbt through nattsynk, or give --vars '{modules: {" ~ system ~ ": [" ~ module ~ "]}}'.") }}
    {%- endif -%}
    {%- if module in modules[system] -%}
        {%- do found.append(system) -%}
    {%- endif -%}
{%- endfor -%}
{{ return(found) }}
{%- endmacro %}
