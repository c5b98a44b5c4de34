-- The persons of all registers of the profile, with the addresses that a mapping adds.
-- One row is a person row of a register. Key: person_row. If several rows are one person, the one that is used has person_rank 1. An
-- invalid number tells no day of birth. A text that is not one e-mail address counts as no address (PER-17), so the mapping fills it.
-- Change: the profile's seeds/person_mapping.csv says what the mapping adds. int_person_ids_chosen decides who is one person.
{#- Every other attribute is the register's own. #}
{%- set made_here = ['civic_no', 'email_student', 'email_staff', 'email_guardian', 'user_name', 'google_account'] %}

with

persons as (

    select * from {{ ref('int_persons_identified') }}

),

mapping as (

    select * from {{ ref('int_person_mapping_matched') }}

),

counted as (

    select
        persons.*,
        row_number() over (partition by person_id order by source_rank, {{ exact(id_key('person_key')) }}, key_rank) as person_rank,
        sum(case when key_rank = 1 then 1 else 0 end) over (partition by person_id, source_system) as keys_in_register,
        case
            when civic_key is not null and min({{ exact('person_id') }}) over (partition by civic_key) <> max({{ exact('person_id') }}) over (partition by civic_key) then 1
            else 0
        end as is_number_shared,
        case when min({{ exact('civic_key') }}) over (partition by source_system, person_key) <> max({{ exact('civic_key') }}) over (partition by source_system, person_key) then 1 else 0 end as has_several_numbers,
        max(names_guardian) over (partition by person_id) as names_any_guardian
    from persons

),

conformed as (

    select
        counted.person_row,
        counted.source_system,
        counted.person_key,
        counted.source_key,
        counted.person_id,
        counted.civic_key,
        counted.civic_no_status,
        counted.is_tf_number,
        counted.ambiguous_column,
        counted.is_number_shared,
        counted.has_several_numbers,
        case when counted.civic_no_status = 'valid' then concat(left(counted.civic_key, 8), '-', right(counted.civic_key, 4)) end as civic_no,
        case when counted.civic_no_status = 'valid' then counted.birth_date end as birth_date,
        {%- for attribute in person_attributes() if attribute not in made_here %}
        counted.{{ attribute }},
        {%- endfor %}
        coalesce({{ valid_email('counted.email_student') }}, mapping.email) as email_student,
        coalesce({{ valid_email('counted.email_staff') }}, mapping.email) as email_staff,
        {{ valid_email('counted.email_guardian') }} as email_guardian,
        {%- for role in ['student', 'staff', 'guardian'] %}
        case when counted.email_{{ role }} is not null and {{ is_email('counted.email_' ~ role) }} = 0 then 1 else 0 end as is_{{ role }}_email_invalid,
        {%- endfor %}
        coalesce(mapping.has_invalid_email, 0) as is_mapped_email_invalid,
        mapping.user_name,
        mapping.google_account,
        counted.is_deceased,
        counted.is_deregistered,
        counted.has_key,
        counted.has_register_row,
        counted.register_unreadable_columns,
        counted.source_rows,
        case when counted.keys_in_register > counted.person_keys then counted.keys_in_register else counted.person_keys end as person_keys,
        counted.names_any_guardian as names_guardian,
        counted.key_rank,
        counted.person_rank
    from counted
    left join mapping
        on mapping.person_id = counted.person_id

)

select * from conformed
