-- The persons of ProCapita's person tables, one over all of them: what the modules know, without the population register.
-- One row a person (source_system, person_key). A person's number joins its rows; the lowest personguid of kj1v0per, then of
-- kjgv0per, is its id, and each attribute is the first that is not blank in that order.
-- Change: a number that one module calls secret (HEMLIGTFN) is secret in all.

with

person_rows as (

    select
        source_system,
        1 as module_rank,
        civic_key,
        personguid,
        {{ cleaned('namn') }} as full_name,
        cast(null as nvarchar(4000)) as given_name,
        cast(null as nvarchar(4000)) as family_name,
        {{ cleaned('eposthem') }} as eposthem,
        {{ cleaned('epostarb') }} as epostarb,
        {{ cleaned('hemtel') }} as hemtel,
        {{ cleaned('mobiltel') }} as mobiltel,
        hemligtfn,
        names_guardian
    from {{ ref('land_procapita__kj1v0per') }}
    union all
    select
        source_system,
        2,
        civic_key,
        personguid,
        cast(null as nvarchar(200)) as full_name,
        {{ cleaned('fornamn') }},
        {{ cleaned('efternamn') }},
        {{ cleaned('eposthem') }},
        {{ cleaned('epostarb') }},
        {{ cleaned('hemtel') }},
        {{ cleaned('mobiltel') }},
        hemligtfn,
        names_guardian
    from {{ ref('land_procapita__kjgv0per') }}

),

persons as (

    select
        source_system,
        module_rank,
        civic_key,
        personguid,
        full_name,
        given_name,
        family_name,
        eposthem,
        epostarb,
        names_guardian,
        case when hemligtfn = '0' then hemtel end as hemtel,
        case when hemligtfn = '0' then mobiltel end as mobiltel,
        case when hemligtfn = '0' then 0 else 1 end as is_phone_secret,
        row_number() over (
            partition by source_system, civic_key
            order by
                module_rank,
                case when personguid is null then 1 else 0 end,
                {{ exact('personguid') }},
                {{ exact('full_name') }},
                {{ exact('family_name') }},
                {{ exact('given_name') }},
                {{ exact('eposthem') }},
                {{ exact('epostarb') }},
                {{ exact('hemtel') }},
                {{ exact('mobiltel') }}
        ) as row_rank
    from person_rows

),

gathered as (

    select
        source_system,
        civic_key,
        coalesce({{ first_text('case when module_rank = 1 then personguid end') }}, {{ first_text('personguid') }}) as person_key,
        count(*) as source_rows,
        count(distinct lower(personguid)) as person_keys,
        {{ first_filled('full_name', 'row_rank') }} as full_name,
        {{ first_filled('given_name', 'row_rank') }} as given_name,
        {{ first_filled('family_name', 'row_rank') }} as family_name,
        {{ first_filled('eposthem', 'row_rank') }} as email_home,
        {{ first_filled('epostarb', 'row_rank') }} as email_work,
        {{ first_filled('hemtel', 'row_rank') }} as phone,
        {{ first_filled('mobiltel', 'row_rank') }} as mobile,
        max(is_phone_secret) as is_phone_secret,
        max(names_guardian) as names_guardian
    from persons
    where civic_key is not null
    group by source_system, civic_key
    union all
    select
        source_system,
        civic_key,
        personguid,
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
    from persons
    where civic_key is null

)

select * from gathered
