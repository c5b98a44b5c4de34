{#- The calendar day a run stands for, as a date. The only clock that a model may read. -#}
{% macro sync_date() -%}
cast('{{ sync_day() }}' as date)
{%- endmacro %}
