{#- The reason that is shown for each candidate row: the lowest priority in seeds/rules/exclusion_reasons.csv, then the code. -#}
{% macro first_reason(exclusions, row_column) -%}
    select
        ranked.{{ row_column }},
        ranked.reason_code,
        ranked.evidence
    from (
        select
            exclusions.{{ row_column }},
            exclusions.reason_code,
            exclusions.evidence,
            row_number() over (
                partition by exclusions.{{ row_column }}
                order by reasons.priority, {{ exact('exclusions.reason_code') }}, {{ exact('exclusions.evidence') }}
            ) as reason_rank
        from {{ exclusions }} as exclusions
        left join {{ ref('exclusion_reasons') }} as reasons
            on reasons.reason_code = exclusions.reason_code
    ) as ranked
    where ranked.reason_rank = 1
{%- endmacro %}
