-- The persons of ProCapita's person tables, gathered from all of them: what the modules know, without the population register. Each
-- attribute is the first that is not blank, in the order of the modules.
-- One row is a person. No key: a person without a number has none. A number joins the rows of a person; an ambiguous number joins only the
-- rows of one id (PER-12).
-- Change: nothing here. A phone number that one module calls secret (HEMLIGTFN) is secret in all.

with

person_rows as (

    select * from {{ ref('stg_procapita__person_rows') }}

),

known_persons as (

    select * from {{ ref('land_procapita__known_persons') }}

),

-- separating_id separates persons who share an ambiguous number.
persons as (

    select
        person_rows.source_system,
        person_rows.module_rank,
        person_rows.civic_key,
        person_rows.own_id,
        coalesce(known_persons.is_number_ambiguous, 0) as is_number_ambiguous,
        case when known_persons.is_number_ambiguous = 1 then {{ id_key('person_rows.own_id') }} end as separating_id,
        {{ cleaned('person_rows.full_name') }} as full_name,
        {{ cleaned('person_rows.given_name') }} as given_name,
        {{ cleaned('person_rows.family_name') }} as family_name,
        {{ cleaned('person_rows.eposthem') }} as eposthem,
        {{ cleaned('person_rows.epostarb') }} as epostarb,
        person_rows.names_guardian,
        case when person_rows.hemligtfn = '0' then {{ cleaned('person_rows.hemtel') }} end as hemtel,
        case when person_rows.hemligtfn = '0' then {{ cleaned('person_rows.mobiltel') }} end as mobiltel,
        case when person_rows.hemligtfn = '0' then 0 else 1 end as is_phone_secret
    from person_rows
    left join known_persons
        on known_persons.source_system = person_rows.source_system
        and known_persons.civic_key = person_rows.civic_key

),

ranked as (

    select
        persons.*,
        row_number() over (
            partition by source_system, civic_key, separating_id
            order by
                module_rank,
                case when own_id is null then 1 else 0 end,
                {{ exact(id_key('own_id')) }},
                {{ exact('full_name') }},
                {{ exact('family_name') }},
                {{ exact('given_name') }},
                {{ exact('eposthem') }},
                {{ exact('epostarb') }},
                {{ exact('hemtel') }},
                {{ exact('mobiltel') }}
        ) as row_rank
    from persons

),

gathered as (

    select
        source_system,
        civic_key,
        max(is_number_ambiguous) as is_number_ambiguous,
        coalesce({{ first_text('case when module_rank = 1 then own_id end') }}, {{ first_text('own_id') }}) as person_key,
        count(*) as source_rows,
        count(distinct {{ id_key('own_id') }}) as person_keys,
        {{ first_filled('full_name', 'row_rank') }} as full_name,
        {{ first_filled('given_name', 'row_rank') }} as given_name,
        {{ first_filled('family_name', 'row_rank') }} as family_name,
        {{ first_filled('eposthem', 'row_rank') }} as email_home,
        {{ first_filled('epostarb', 'row_rank') }} as email_work,
        {{ first_filled('hemtel', 'row_rank') }} as phone,
        {{ first_filled('mobiltel', 'row_rank') }} as mobile,
        max(is_phone_secret) as is_phone_secret,
        max(names_guardian) as names_guardian
    from ranked
    where civic_key is not null
    group by source_system, civic_key, separating_id
    union all
    select
        source_system,
        civic_key,
        0,
        own_id,
        1,
        1,
        full_name,
        given_name,
        family_name,
        eposthem,
        epostarb,
        hemtel,
        mobiltel,
        is_phone_secret,
        names_guardian
    from ranked
    where civic_key is null

)

select * from gathered
