-- All that was decided about one key: what is delivered, every reason against it, every finding. `nattsynk explain` reads it.
-- One row is a decision. No key: a register may hold a row twice.
-- Change: texts in seeds/rules/exclusion_reasons.csv, findings.csv and verdicts.csv.

with

register_persons as (

    select * from {{ ref('int_persons_conformed') }} where key_rank = 1

),

decisions as (

    select 1 as step, 'exported' as verdict, entity, source_system, source_key, school_id, person_id, group_id, cast(null as nvarchar(60)) as code, evidence
    from {{ ref('int_verdicts') }}
    where reason_code is null
    union all
    select 3, 'excluded', entity, source_system, source_key, school_id, person_id, group_id, reason_code, evidence
    from {{ ref('int_reasons') }}
    union all
    select case when found.entity = 'person' then 2 else 4 end, 'finding', found.entity, found.source_system, found.source_key, found.school_id, register_persons.person_id, {{ typed('null', 'group_id') }}, found.finding_code, found.evidence
    from {{ ref('rpt_findings') }} as found
    left join register_persons
        on found.entity = 'person'
        and register_persons.source_system = found.source_system
        and register_persons.source_key = found.source_key

),

verdict_texts as (

    select * from {{ ref('verdicts') }}

),

reasons as (

    select * from {{ ref('exclusion_reasons') }}

),

findings as (

    select * from {{ ref('findings') }}

),

persons as (

    select * from register_persons where person_rank = 1

),

groups as (

    select
        entity,
        source_system,
        source_key,
        group_id
    from {{ ref('int_groups_located') }}
    where key_rank = 1

),

described as (

    select
        {{ typed('coalesce(decisions.person_id, decisions.group_id, groups.group_id, decisions.source_key)', 'subject_key') }},
        {{ typed('coalesce(decisions.group_id, groups.group_id)', 'group_id') }},
        persons.civic_key,
        decisions.step,
        {{ typed('decisions.entity', 'entity') }},
        {{ typed('decisions.source_system', 'source_system') }},
        {{ typed('decisions.source_key', 'source_key') }},
        {{ typed('decisions.school_id', 'school_id') }},
        decisions.verdict,
        decisions.code,
        coalesce(reasons.rule_id, findings.rule_id, verdict_texts.rule_id) as rule_id,
        decisions.evidence,
        coalesce(reasons.text_sv, findings.text_sv, verdict_texts.text_sv) as text_sv
    from decisions
    left join reasons
        on decisions.verdict = 'excluded'
        and reasons.reason_code = decisions.code
    left join findings
        on decisions.verdict = 'finding'
        and findings.finding_code = decisions.code
    left join verdict_texts
        on decisions.verdict = 'exported'
        and verdict_texts.entity = decisions.entity
    left join persons
        on persons.person_id = decisions.person_id
    left join groups
        on decisions.verdict = 'finding'
        and groups.entity = decisions.entity
        and groups.source_system = decisions.source_system
        and groups.source_key = decisions.source_key

)

select * from described
