-- Addresses and accounts from the profile's person_mapping.csv, for persons that may be read (PER-7, PER-10).
-- One row a person (person_id); rows that name nobody here, protected persons among them, are not kept.
-- Change: rows of the profile's seeds/person_mapping.csv. A row of any register that the person stands in serves: one by the register's id before
-- one by number, then one that names its source before one that names none, then in the order of the sources.

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
        mapping.*,
        {{ civic_key('mapped_key') }} as mapped_civic_key
    from mapping
    where mapped_key is not null

),

persons as (

    select * from {{ ref('int_persons_identified') }}

),

matched as (

    select
        persons.person_id,
        keyed.email,
        keyed.user_name,
        keyed.google_account,
        1 as match_rank,
        case when keyed.source_system is null then 1 else 0 end as is_of_any_source,
        persons.source_rank
    from persons
    inner join keyed
        on keyed.mapped_key = persons.person_key
    where coalesce(keyed.source_system, persons.source_system) = persons.source_system
    union all
    select
        persons.person_id,
        keyed.email,
        keyed.user_name,
        keyed.google_account,
        2,
        case when keyed.source_system is null then 1 else 0 end,
        persons.source_rank
    from persons
    inner join keyed
        on keyed.mapped_civic_key = persons.civic_key
    where coalesce(keyed.source_system, persons.source_system) = persons.source_system

),

ranked as (

    select
        matched.*,
        row_number() over (partition by person_id order by match_rank, is_of_any_source, source_rank, {{ exact('email') }}, {{ exact('user_name') }}, {{ exact('google_account') }}) as row_rank
    from matched
    where person_id is not null

),

gathered as (

    select
        person_id,
        {{ first_filled('email', 'row_rank') }} as email,
        {{ first_filled('user_name', 'row_rank') }} as user_name,
        {{ first_filled('google_account', 'row_rank') }} as google_account
    from ranked
    group by person_id

)

select * from gathered
