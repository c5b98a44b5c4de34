{#- The listed sources that keep their data in the tables of a family: TED has ProCapita's tables, IST has Extens'. -#}
{% macro systems_of(family) -%}
{{ return(var('sources') | select('in', var('families')[family]) | list) }}
{%- endmacro %}
