-- Every reason and finding that a model gives has a row in a registry, with its rule and texts (DQ-2).
-- One row is a code without one.
{{ config(meta={
    'what': 'A model gives a reason or finding code that no registry has.',
    'when': 'The reports would show a code without a text or a rule.',
    'how_to_resolve': 'Correct the code in the model, or add its row to seeds/rules/exclusion_reasons.csv or findings.csv.',
}) }}
with

used as (

    select 'reason' as kind, reason_code as code from {{ ref('int_reasons') }}
    union
    select 'reason', reason_code from {{ ref('int_verdicts') }} where reason_code is not null
    union
    select 'finding', finding_code from {{ ref('rpt_findings') }}

),

registered as (

    select 'reason' as kind, reason_code as code from {{ ref('exclusion_reasons') }}
    union all
    select 'finding', finding_code from {{ ref('findings') }}

),

offenders as (

    select used.kind, used.code
    from used
    left join registered
        on registered.kind = used.kind
        and registered.code = used.code
    where registered.code is null

)

select * from offenders
