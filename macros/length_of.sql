{#- How many characters a text column of ours has room for, as a number. -#}
{% macro length_of(column) -%}
{{ var('columns')[column] | replace('nvarchar(', '') | replace(')', '') }}
{%- endmacro %}
