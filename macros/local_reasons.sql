{#- The customer's own exclusions (the profile's models/local_exclusions.sql) as reasons of candidate rows. entity: a SQL text. -#}
{% macro local_reasons(entity, candidates, row_column) -%}
    select
        {{ candidates }}.{{ row_column }},
        'local_exclusion' as reason_code,
        local_exclusions.evidence
    from {{ candidates }}
    inner join {{ ref('local_exclusions') }} as local_exclusions
        on local_exclusions.entity = {{ entity }}
        and local_exclusions.source_system = {{ candidates }}.source_system
        and {{ id_key('local_exclusions.source_key') }} = {{ id_key(candidates ~ '.source_key') }}
{%- endmacro %}
