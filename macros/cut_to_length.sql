{#- A text under one of our column names. If it is too long for the column it is blank, never cut; int_findings_lengths reports it. -#}
{% macro cut_to_length(value, column) -%}
cast(case when len({{ value }}) <= {{ length_of(column) }} then {{ value }} end as {{ var('columns')[column] }}) as {{ column }}
{%- endmacro %}
