{#- Condition: a row of ProCapita names a person who may be read. A protected and an unknown person look the same. -#}
{% macro is_known_person(rows_alias, civic_key) -%}
exists (
    select 1
    from {{ ref('land_procapita__known_persons') }} as known_persons
    where known_persons.source_system = {{ rows_alias }}.source_system
        and known_persons.civic_key = {{ rows_alias }}.{{ civic_key }}
)
{%- endmacro %}
