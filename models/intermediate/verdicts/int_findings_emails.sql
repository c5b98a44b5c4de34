-- What should be put right about e-mail addresses: missing, no address at all, or shared by several persons (DQ-1, DQ-6, PER-7, PER-17).
-- The evidence is the column and the role, never the address.
-- One row is an address of a person in a role. No key. A missing address is a finding if the person is delivered in the role, the others if
-- any row of the register names the person in it.
-- Change: texts in seeds/rules/findings.csv. The register's own names of columns in seeds/rules/person_columns.csv.

with

persons as (

    select * from {{ ref('int_persons_judged') }}
    where is_reported = 1 and person_rank = 1 and coalesce(reason_code, '') not in ('person_deceased', 'person_deregistered')

),

columns as (

    select * from {{ ref('person_columns') }}

),

schools as (

    {{ school_of_persons() }}

),

-- Children who are only in departments (pre-school, leisure centre) have no address of their own, so none is missing.
pupils as (

    select distinct enrolments.person_id
    from {{ ref('int_enrolments_merged') }} as enrolments
    inner join {{ ref('school_forms') }} as school_forms
        on school_forms.school_form = enrolments.school_form
    where school_forms.class_type <> 'Avdelning'

),

addresses as (

    {%- for role in ['student', 'staff', 'guardian'] %}
    {{ 'union all' if not loop.first }}
    select
        person_id,
        source_system,
        source_key,
        '{{ role }}' as role,
        'email_{{ role }}' as attribute,
        email_{{ role }} as email,
        is_{{ role }} as is_delivered,
        is_{{ role }}_email_invalid as is_invalid,
        {{ 'is_mapped_email_invalid' if role != 'guardian' else '0' }} as is_mapped_invalid
    from persons
    where is_{{ role }}_candidate = 1{{ " and " ~ setting('include_guardians') ~ " = 1" if role == 'guardian' }}
    {%- endfor %}

),

shared as (

    select role, {{ exact('lower(email)') }} as compared_email
    from addresses
    where email is not null
    group by role, {{ exact('lower(email)') }}
    having count(distinct person_id) > 1

),

found as (

    select 'email_missing' as finding_code, person_id, source_system, source_key, role, cast(null as nvarchar(40)) as attribute
    from addresses
    where is_delivered = 1 and email is null and is_invalid = 0 and is_mapped_invalid = 0
        and (role <> 'student' or exists (select 1 from pupils where pupils.person_id = addresses.person_id))
    union all
    select 'email_invalid', person_id, source_system, source_key, role, attribute
    from addresses
    where is_invalid = 1
    union all
    select 'email_invalid', person_id, source_system, source_key, role, 'mapping'
    from addresses
    where is_mapped_invalid = 1
    union all
    select 'email_shared', addresses.person_id, addresses.source_system, addresses.source_key, addresses.role, addresses.attribute
    from addresses
    inner join shared
        on shared.role = addresses.role
        and shared.compared_email = {{ exact('lower(addresses.email)') }}

),

placed as (

    select
        found.finding_code,
        'person' as entity,
        found.source_system,
        found.source_key,
        schools.school_id,
        concat(
            case when columns.register_column is not null then concat('column=', columns.register_column, '; ') end,
            case when found.attribute = 'mapping' then 'column=email of person_mapping.csv; ' end,
            'role=', found.role
        ) as evidence
    from found
    left join columns
        on columns.source_system = found.source_system
        and columns.attribute = found.attribute
    left join schools
        on schools.person_id = found.person_id

)

select * from placed
