{#- Condition: two rows of Extens name the same person of the same source (PER-13). -#}
{% macro is_same_id(persons_alias, persons_column, rows_alias, rows_column) -%}
{{ persons_alias }}.source_system = {{ rows_alias }}.source_system
        and {{ id_key(persons_alias ~ '.' ~ persons_column) }} = {{ id_key(rows_alias ~ '.' ~ rows_column) }}
{%- endmacro %}
