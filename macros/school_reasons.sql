{#- Why the school of a located row is not read (SCH-1, SCH-2, SCH-5, SCH-6), as reasons of the row. -#}
{% macro school_reasons(located, row_column) -%}
    select
        {{ located }}.{{ row_column }},
        case when listed.unit_id is null then 'school_not_listed' else 'school_form_not_listed' end as reason_code,
        concat('unit=', {{ located }}.unit_id, '; school_form=', {{ located }}.asked_school_form) as evidence
    from {{ located }}
    left join (
        select distinct source_system, unit_id from {{ ref('int_schools_configured') }}
    ) as listed
        on listed.source_system = {{ located }}.source_system
        and listed.unit_id = {{ located }}.unit_id
    where {{ located }}.school_id is null
    union all
    select
        {{ located }}.{{ row_column }},
        case when {{ located }}.is_leavers_unit = 1 then 'school_leavers_unit' else 'school_not_open' end,
        concat('unit=', {{ located }}.unit_id)
    from {{ located }}
    where {{ located }}.school_id is not null and {{ located }}.is_open = 0
{%- endmacro %}
