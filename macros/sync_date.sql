{#- The calendar day that a run is for, as a date. It is the only clock that a model may read. -#}
{% macro sync_date() -%}
cast('{{ sync_day() }}' as date)
{%- endmacro %}
