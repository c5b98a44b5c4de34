-- What should be put right in the register, whether it left anything out or not.
-- One row is a finding. No key: a register may hold a row twice. No person is named, and no protected person is here.
-- Change: texts and severities in seeds/rules/findings.csv.

with

found as (

    select * from {{ ref('int_findings_columns') }}
    union all
    select * from {{ ref('int_findings_schools') }}
    union all
    select * from {{ ref('int_findings_persons') }}
    union all
    select * from {{ ref('int_findings_emails') }}
    union all
    select * from {{ ref('int_findings_responsibles') }}
    union all
    select * from {{ ref('int_findings_rows') }}
    union all
    select * from {{ ref('int_findings_groups') }}
    union all
    select * from {{ ref('int_findings_staff') }}
    union all
    select * from {{ ref('int_findings_lengths') }}
    union all
    select * from {{ ref('int_findings_texts') }}
    union all
    select * from {{ ref('int_findings_delivery') }}
    union all
    select * from {{ ref('int_findings_local') }}

),

findings as (

    select * from {{ ref('findings') }}

),

described as (

    select distinct
        {{ typed('found.finding_code', 'finding_code') }},
        {{ typed('findings.rule_id', 'rule_id') }},
        {{ typed('findings.severity', 'severity') }},
        {{ typed('found.entity', 'entity') }},
        {{ typed('found.source_system', 'source_system') }},
        {{ cut_to_length('found.source_key', 'source_key') }},
        {{ typed('found.school_id', 'school_id') }},
        {{ cut_to_length('found.evidence', 'evidence') }},
        {{ typed('findings.text_sv', 'text_sv') }},
        {{ typed('findings.action_sv', 'action_sv') }}
    from found
    left join findings
        on findings.finding_code = found.finding_code

)

select * from described
