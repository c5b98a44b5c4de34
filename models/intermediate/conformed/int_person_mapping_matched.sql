-- The addresses and accounts that the profile's person_mapping.csv adds to persons who may be read (PER-7, PER-10).
-- One row is a person. Key: person_id. Rows of the mapping that name nobody who may be read are not kept.
-- Change: rows of the profile's seeds/person_mapping.csv. A row of any register of the person counts. The first wins: a row by id before
-- one by number, one that names its source before one that names none, then the order of the sources.

with

mapping as (

    select
        lower({{ trimmed('source_system') }}) as source_system,
        {{ trimmed('person_key') }} as mapped_key,
        {{ trimmed('email') }} as email,
        {{ trimmed('user_name') }} as user_name,
        {{ trimmed('google_account') }} as google_account
    from {{ source('profile', 'person_mapping') }}

),

keyed as (

    select
        mapping.source_system,
        {{ id_key('mapped_key') }} as mapped_id,
        {{ civic_key('mapped_key') }} as mapped_civic_key,
        {{ valid_email('email') }} as email,
        case when email is not null and {{ is_email('email') }} = 0 then 1 else 0 end as is_email_invalid,
        mapping.user_name,
        mapping.google_account
    from mapping
    where mapped_key is not null

),

systems as (

    {{ profile_systems() }}

),

ids as (

    select * from {{ ref('int_person_ids_chosen') }}

),

persons as (

    select
        person_id,
        source_system,
        civic_key,
        min({{ exact('person_id') }}) over (partition by source_system, civic_key) as first_bearer_id,
        max({{ exact('person_id') }}) over (partition by source_system, civic_key) as last_bearer_id
    from {{ ref('int_persons_identified') }}
    where ambiguous_column is null

),

-- If several persons of a register have a number, it names none of them (PER-12).
matched as (

    select ids.person_id, ids.source_system, 1 as match_rank, keyed.source_system as named_source, keyed.email, keyed.is_email_invalid, keyed.user_name, keyed.google_account
    from ids
    inner join keyed
        on keyed.mapped_id = {{ id_key('ids.own_id') }}
    union all
    select persons.person_id, persons.source_system, 2, keyed.source_system as named_source, keyed.email, keyed.is_email_invalid, keyed.user_name, keyed.google_account
    from persons
    inner join keyed
        on keyed.mapped_civic_key = persons.civic_key
    where persons.first_bearer_id = persons.last_bearer_id

),

ranked as (

    select
        matched.*,
        row_number() over (
            partition by matched.person_id
            order by
                matched.match_rank,
                case when matched.named_source is null then 1 else 0 end,
                systems.source_rank,
                {{ exact('matched.email') }},
                {{ exact('matched.user_name') }},
                {{ exact('matched.google_account') }}
        ) as row_rank
    from matched
    inner join systems
        on systems.source_system = matched.source_system
    where matched.person_id is not null
        and coalesce(matched.named_source, matched.source_system) = matched.source_system

),

gathered as (

    select
        person_id,
        {{ first_filled('email', 'row_rank') }} as email,
        {{ first_filled('user_name', 'row_rank') }} as user_name,
        {{ first_filled('google_account', 'row_rank') }} as google_account,
        max(is_email_invalid) as has_invalid_email
    from ranked
    group by person_id

)

select * from gathered
