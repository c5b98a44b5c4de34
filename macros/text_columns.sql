{#- The columns of a source table that hold a name, an address, a phone number or an e-mail, as the sources' yml says it. -#}
{% macro text_columns(family, table) -%}
{%- set found = [] -%}
{%- for column, what in var('holds')[family][table].items() if what in ('name', 'email') -%}
    {%- do found.append(column) -%}
{%- endfor -%}
{{ return(found) }}
{%- endmacro %}
