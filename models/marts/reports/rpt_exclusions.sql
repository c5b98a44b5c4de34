-- What was left out and why. If a row has several reasons, the one with the lowest priority number is shown.
-- One row is a candidate row that is not delivered. No key: a register may hold a row twice. No person is named, and no protected person is
-- here.
-- Change: texts and priorities in seeds/rules/exclusion_reasons.csv.

with

verdicts as (

    select * from {{ ref('int_verdicts') }} where reason_code is not null

),

reasons as (

    select * from {{ ref('exclusion_reasons') }}

),

described as (

    select distinct
        {{ typed('verdicts.entity', 'entity') }},
        {{ typed('verdicts.source_system', 'source_system') }},
        {{ cut_to_length('verdicts.source_key', 'source_key') }},
        {{ typed('verdicts.school_id', 'school_id') }},
        {{ typed('verdicts.reason_code', 'reason_code') }},
        {{ typed('reasons.rule_id', 'rule_id') }},
        {{ cut_to_length('verdicts.evidence', 'evidence') }},
        {{ typed('reasons.text_sv', 'text_sv') }}
    from verdicts
    left join reasons
        on reasons.reason_code = verdicts.reason_code

)

select * from described
