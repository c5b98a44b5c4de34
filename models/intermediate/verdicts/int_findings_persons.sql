-- What should be put right about persons that are delivered, or would be (PER-4, PER-8, PER-11).
-- One row a finding.
-- Change: texts in seeds/rules/findings.csv.

with

persons as (

    select * from {{ ref('int_persons_judged') }}
    where is_reported = 1
        and coalesce(reason_code, 'civic_no_invalid') in ('civic_no_invalid', 'register_row_missing', 'duplicate_key', 'key_blank')

),

schools as (

    select person_id, min(school_id) as school_id
    from (
        select person_id, school_id from {{ ref('int_enrolments_merged') }}
        union all
        select person_id, school_id from {{ ref('int_duties_merged') }}
    ) as links
    group by person_id

),

found as (

    select 'register_row_missing' as finding_code, person_id, source_system, source_key, cast(null as nvarchar(1000)) as evidence
    from persons
    where has_register_row = 0 and register_unreadable_columns is null
    union all
    select 'register_row_unreadable', person_id, source_system, source_key, concat('columns=', register_unreadable_columns)
    from persons
    where register_unreadable_columns is not null
    union all
    select 'civic_no_invalid', person_id, source_system, source_key, null
    from persons
    where civic_no_status = 'invalid'
    union all
    select 'civic_no_missing', person_id, source_system, source_key, null
    from persons
    where civic_no_status = 'missing'
    union all
    select 'person_ids_several', person_id, source_system, source_key, concat('ids=', person_keys)
    from persons
    where person_keys > 1
    union all
    select 'person_numbers_several', person_id, source_system, source_key, null
    from persons
    where key_rank > 1

),

placed as (

    select
        found.finding_code,
        'person' as entity,
        found.source_system,
        found.source_key,
        schools.school_id,
        found.evidence
    from found
    left join schools
        on schools.person_id = found.person_id

)

select * from placed
