-- What should be put right about single rows: bad data that leaves them out (DQ-1, DQ-2). Faulty dates of a class are told of the class,
-- not of each activity on it.
-- One row is a row of a register and a fault. No key.
-- Change: a reason that is bad data names its finding in seeds/rules/exclusion_reasons.csv. Texts in seeds/rules/findings.csv.

with

reasons as (

    select * from {{ ref('int_reasons') }}

),

reason_registry as (

    select * from {{ ref('exclusion_reasons') }} where finding_code is not null

),

found as (

    select reason_registry.finding_code, reasons.entity, reasons.source_system, reasons.source_key, reasons.school_id, reasons.evidence
    from reasons
    inner join reason_registry
        on reason_registry.reason_code = reasons.reason_code
    where (reasons.school_id is not null or reasons.entity = 'school' or (reasons.entity = 'person' and reasons.reason_code <> 'duplicate_key'))
        and not (reasons.reason_code in ('class_start_blank', 'class_end_blank') and reasons.entity <> 'class')

)

select * from found
