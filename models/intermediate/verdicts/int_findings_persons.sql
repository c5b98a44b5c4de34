-- What should be put right about persons that are delivered, or would be (DQ-1, GUA-3, PER-4, PER-8, PER-11).
-- One row a finding.
-- Change: texts in seeds/rules/findings.csv.

with

persons as (

    select * from {{ ref('int_persons_judged') }}
    where is_reported = 1
        and coalesce(reason_code, 'civic_no_invalid') in ('civic_no_invalid', 'register_row_missing', 'duplicate_key', 'key_blank')

),

schools as (

    select person_id, {{ first_text('school_id') }} as school_id
    from (
        select person_id, school_id from {{ ref('int_enrolments_merged') }}
        union all
        select person_id, school_id from {{ ref('int_duties_merged') }}
    ) as links
    group by person_id

),

-- Children of departments alone, pre-school and leisure, have no address of their own to miss.
pupils as (

    select distinct enrolments.person_id
    from {{ ref('int_enrolments_merged') }} as enrolments
    inner join {{ ref('school_forms') }} as school_forms
        on school_forms.school_form = enrolments.school_form
    where school_forms.class_type <> 'Avdelning'

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
    select 'civic_no_invalid', person_id, source_system, source_key, {{ typed('null', 'evidence') }}
    from persons
    where civic_no_status = 'invalid' and key_rank = 1
    union all
    select 'civic_no_missing', person_id, source_system, source_key, {{ typed('null', 'evidence') }}
    from persons
    where civic_no_status = 'missing' and key_rank = 1
    union all
    select 'person_ids_several', person_id, source_system, source_key, concat('ids=', person_keys)
    from persons
    where person_keys > 1
    union all
    select case when has_several_numbers = 1 then 'person_numbers_several' else 'duplicate_key' end, person_id, source_system, source_key, {{ typed('null', 'evidence') }}
    from persons
    where key_rank > 1
    union all
    select 'civic_no_shared', person_id, source_system, source_key, {{ typed('null', 'evidence') }}
    from persons
    where is_number_shared = 1
    union all
    select 'guardian_missing', person_id, source_system, source_key, {{ typed('null', 'evidence') }}
    from persons
    where is_student = 1 and person_rank = 1 and names_guardian = 0 and {{ setting('include_guardians') }} = 1
        and ({{ setting('guardians_of_adults') }} = 1 or birth_date is null or {{ add_years('birth_date', 18) }} > {{ sync_date() }})
    {%- for role in ['student', 'staff', 'guardian'] %}
    union all
    select 'email_missing', person_id, source_system, source_key, 'role={{ role }}'
    from persons
    where is_{{ role }} = 1 and person_rank = 1 and email_{{ role }} is null
        {%- if role == 'student' %}
        and exists (select 1 from pupils where pupils.person_id = persons.person_id)
        {%- endif %}
    {%- endfor %}

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
