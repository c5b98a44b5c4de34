-- The rows of ProCapita's person tables that may be read, with one spelling of each id (PER-13).
-- One row is a row of kj1v0per or kjgv0per. No key: a person may have several rows. If the register spells a personguid in several ways,
-- own_id is always the same one.
-- Change: add a further person table of the register here and in stg_procapita__person_numbers.

with

person_rows as (

    select
        source_system,
        1 as module_rank,
        civic_key,
        personguid,
        namn as full_name,
        cast(null as nvarchar(4000)) as given_name,
        cast(null as nvarchar(4000)) as family_name,
        eposthem,
        epostarb,
        hemtel,
        mobiltel,
        hemligtfn,
        names_guardian,
        guardian1_key,
        guardian2_key
    from {{ ref('land_procapita__kj1v0per') }}
    union all
    select
        source_system,
        2,
        civic_key,
        personguid,
        cast(null as nvarchar(4000)) as full_name,
        fornamn,
        efternamn,
        eposthem,
        epostarb,
        hemtel,
        mobiltel,
        hemligtfn,
        names_guardian,
        guardian1_key,
        guardian2_key
    from {{ ref('land_procapita__kjgv0per') }}

),

spelled as (

    select
        person_rows.*,
        case
            when {{ id_key('personguid') }} is not null
                then {{ first_text('personguid', 'partition by source_system, ' ~ id_key('personguid')) }}
        end as own_id
    from person_rows

)

select * from spelled
