-- Why a person is not read, in any role or in one (PER-3, PER-4, PER-8, PER-11, PER-12, PER-16).
-- One row is a person row and a reason. No key: the profile's own reasons may repeat.
-- Change: texts and priorities in seeds/rules/exclusion_reasons.csv. Own reasons in the profile's models/local_exclusions.sql.

with

persons as (

    select * from {{ ref('int_persons_conformed') }}

),

found as (

    select person_row, cast(null as nvarchar(20)) as only_role, 'person_without_id' as reason_code, cast(null as nvarchar(1000)) as evidence
    from persons
    where person_key is null
    union all
    select person_row, cast(null as nvarchar(20)) as only_role, 'key_blank', {{ typed('null', 'evidence') }}
    from persons
    where person_key is not null and has_key = 0
    union all
    select person_row, cast(null as nvarchar(20)) as only_role, 'civic_no_ambiguous', concat('column=', ambiguous_column)
    from persons
    where ambiguous_column is not null
    union all
    select person_row, cast(null as nvarchar(20)) as only_role, 'name_missing', 'person_requires_name=1'
    from persons
    where given_name is null and family_name is null and {{ setting('person_requires_name') }} = 1
    union all
    select person_row, cast(null as nvarchar(20)) as only_role, 'duplicate_key', {{ typed('null', 'evidence') }}
    from persons
    where person_key is not null and key_rank > 1
    union all
    select person_row, cast(null as nvarchar(20)) as only_role, 'person_deceased', {{ typed('null', 'evidence') }}
    from persons
    where is_deceased = 1
    union all
    select person_row, 'student', 'person_deregistered', {{ typed('null', 'evidence') }}
    from persons
    where is_deregistered = 1
    union all
    select person_row, cast(null as nvarchar(20)) as only_role, 'register_row_missing', 'missing_register_row=exclude'
    from persons
    where has_register_row = 0 and {{ setting('missing_register_row') }} = 'exclude'
    union all
    select person_row, cast(null as nvarchar(20)) as only_role, 'civic_no_invalid', 'person_invalid_civic_no=exclude'
    from persons
    where civic_no_status = 'invalid' and {{ setting('person_invalid_civic_no') }} = 'exclude'
    union all
    select local_reasons.person_row, cast(null as nvarchar(20)) as only_role, local_reasons.reason_code, local_reasons.evidence
    from (
        {{ local_reasons("'person'", 'persons', 'person_row') }}
    ) as local_reasons

),

-- A further row of a person (another number, another register) concerns the person only if it says deceased or deregistered.
exclusions as (

    select
        found.*,
        case
            when persons.person_rank = 1 or found.reason_code in ('person_deceased', 'person_deregistered') then persons.person_id
        end as person_id
    from found
    inner join persons
        on persons.person_row = found.person_row

)

select * from exclusions
