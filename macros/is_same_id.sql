{#- Condition: two rows of Extens name the same person of the same source; an id is written in upper or lower case. -#}
{% macro is_same_id(persons_alias, persons_column, rows_alias, rows_column) -%}
{{ persons_alias }}.source_system = {{ rows_alias }}.source_system
        and lower({{ persons_alias }}.{{ persons_column }}) = lower({{ rows_alias }}.{{ rows_column }})
{%- endmacro %}
