-- What should be put right about single rows: bad data that leaves them out, and names (DQ-1, DQ-2, CLS-6, CLS-8).
-- One row a finding.
-- Change: a reason that is bad data names its finding in seeds/rules/exclusion_reasons.csv; texts in seeds/rules/findings.csv.

with

reasons as (

    select * from {{ ref('int_reasons') }}

),

reason_registry as (

    select * from {{ ref('exclusion_reasons') }} where finding_code is not null

),

groups as (

    select * from {{ ref('int_groups_named') }}

),

found as (

    select reason_registry.finding_code, reasons.entity, reasons.source_system, reasons.source_key, reasons.school_id, reasons.evidence
    from reasons
    inner join reason_registry
        on reason_registry.reason_code = reasons.reason_code
    where reasons.school_id is not null or reasons.entity = 'school'
        or (reasons.entity = 'person' and reasons.reason_code <> 'duplicate_key')
    union all
    select 'class_name_comma', 'class', source_system, source_key, school_id, concat('name=', group_name)
    from {{ ref('int_groups_judged') }}
    where group_kind = 'class' and register_name like '%,%' and reason_code is null
    union all
    select 'group_name_taken', entity, source_system, source_key, school_id, concat('name=', own_name, '; delivered_as=', group_name)
    from groups
    where {{ exact('own_name') }} <> {{ exact('group_name') }}

)

select * from found
