{#- Why the person of a candidate row is not read in a role (student, staff, guardian), as reasons of the row. -#}
{% macro person_reasons(candidates, row_column, role) -%}
    select
        {{ candidates }}.{{ row_column }},
        person_exclusions.reason_code,
        person_exclusions.evidence
    from {{ candidates }}
    inner join {{ ref('int_persons_exclusions') }} as person_exclusions
        on person_exclusions.person_id = {{ candidates }}.person_id
        and coalesce(person_exclusions.only_role, '{{ role }}') = '{{ role }}'
    union all
    select
        {{ candidates }}.{{ row_column }},
        'person_without_id',
        {{ typed('null', 'evidence') }}
    from {{ candidates }}
    where {{ candidates }}.person_id is null and {{ candidates }}.ambiguous_column is null
    union all
    select
        {{ candidates }}.{{ row_column }},
        'civic_no_ambiguous',
        concat('column=', {{ candidates }}.ambiguous_column)
    from {{ candidates }}
    where {{ candidates }}.ambiguous_column is not null
{%- endmacro %}
