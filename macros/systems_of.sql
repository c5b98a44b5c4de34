{#- The listed sources that keep their data in the tables of a family: TED has ProCapita's tables, IST has Extens'. -#}
{% macro systems_of(family) -%}
{%- set families = {'procapita': ['procapita', 'ted'], 'extens': ['extens', 'ist']} -%}
{{ return(var('sources') | select('in', families[family]) | list) }}
{%- endmacro %}
