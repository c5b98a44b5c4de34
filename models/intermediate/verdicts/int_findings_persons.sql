-- What should be put right about persons: number, name, ids, population register, guardians (DQ-1, DQ-6, GUA-3, PER-4, PER-8, PER-11,
-- PER-12, PER-16).
-- One row is a finding about a person. No key. Number, name, ids and dates are judged for everybody who is read, delivered or not. The dead
-- and deregistered are left out (PER-3). What a person lacks in a role is judged for those who are delivered. No finding depends on a
-- protected person's row.
-- Change: texts in seeds/rules/findings.csv. The register's own names of columns in seeds/rules/person_columns.csv.

with

persons as (

    select * from {{ ref('int_persons_judged') }}
    where coalesce(reason_code, '') not in ('person_deceased', 'person_deregistered')

),

delivered as (

    select * from persons
    where is_reported = 1
        and coalesce(reason_code, 'civic_no_invalid') in ('civic_no_invalid', 'register_row_missing', 'duplicate_key', 'key_blank')

),

columns as (

    select * from {{ ref('person_columns') }}

),

schools as (

    {{ school_of_persons() }}

),

-- attribute: the evidence names the register's column of it.
found as (

    select 'civic_no_invalid' as finding_code, person_id, source_system, source_key, 'civic_no' as attribute, cast(null as nvarchar(1000)) as evidence
    from persons
    where civic_no_status = 'invalid' and key_rank = 1
    union all
    select 'civic_no_missing', person_id, source_system, source_key, 'civic_no', {{ typed('null', 'evidence') }}
    from persons
    where civic_no_status = 'missing' and key_rank = 1
    union all
    select 'civic_no_ambiguous', person_id, source_system, source_key, 'civic_no', {{ typed('null', 'evidence') }}
    from persons
    where ambiguous_column is not null
    union all
    select 'civic_no_shared', person_id, source_system, source_key, 'civic_no', {{ typed('null', 'evidence') }}
    from persons
    where is_number_shared = 1 and ambiguous_column is null
    union all
    select 'name_missing', person_id, source_system, source_key, 'name', {{ typed('null', 'evidence') }}
    from persons
    where person_rank = 1 and given_name is null and family_name is null
    union all
    select 'person_ids_several', person_id, source_system, source_key, cast(null as nvarchar(100)) as attribute, concat('ids=', person_keys)
    from persons
    where person_keys > 1
    union all
    select case when has_several_numbers = 1 then 'person_numbers_several' else 'duplicate_key' end, person_id, source_system, source_key, cast(null as nvarchar(100)) as attribute, {{ typed('null', 'evidence') }}
    from persons
    where key_rank > 1
    union all
    select 'register_row_unreadable', person_id, source_system, source_key, cast(null as nvarchar(100)) as attribute, concat('columns=', register_unreadable_columns)
    from persons
    where register_unreadable_columns is not null
    union all
    select 'register_row_missing', person_id, source_system, source_key, cast(null as nvarchar(100)) as attribute, {{ typed('null', 'evidence') }}
    from delivered
    where has_register_row = 0 and register_unreadable_columns is null
    union all
    select 'guardian_missing', person_id, source_system, source_key, cast(null as nvarchar(100)) as attribute, {{ typed('null', 'evidence') }}
    from delivered
    where is_student = 1 and person_rank = 1 and names_guardian = 0 and {{ setting('include_guardians') }} = 1
        and ({{ setting('guardians_of_adults') }} = 1 or birth_date is null or {{ add_years('birth_date', 18) }} > {{ sync_date() }})

),

placed as (

    select
        found.finding_code,
        'person' as entity,
        found.source_system,
        found.source_key,
        schools.school_id,
        coalesce(found.evidence, case when columns.register_column is not null then concat('column=', columns.register_column) end) as evidence
    from found
    left join columns
        on columns.source_system = found.source_system
        and columns.attribute = found.attribute
    left join schools
        on schools.person_id = found.person_id

)

select * from placed
