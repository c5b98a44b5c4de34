-- The students, guardians and staff of the gymnasium who may be read (PER-1).
-- One row is a row of kjgv0per. Rows of protected persons do not land. No key: the register may repeat one.
-- Change: the profile's seeds/extract_columns.csv maps a site's own column names.

with

source_rows as (

    {{ read_source('procapita', 'gymnasium', 'kjgv0per', ['personnr', 'fornamn', 'efternamn', 'hemtel', 'mobiltel', 'hemligtfn', 'eposthem', 'epostarb', 'vardhavare1_personnr', 'vardhavare2_personnr', 'personguid']) }}

),

keyed as (

    select
        source_rows.*,
        {{ civic_key('personnr') }} as civic_key,
        {{ civic_key('vardhavare1_personnr') }} as guardian1_key,
        {{ civic_key('vardhavare2_personnr') }} as guardian2_key
    from source_rows

),

cut as (

    select
        source_system,
        civic_key,
        personguid,
        fornamn,
        efternamn,
        case when {{ is_address_open('keyed.civic_key') }} then hemtel end as hemtel,
        case when {{ is_address_open('keyed.civic_key') }} then mobiltel end as mobiltel,
        hemligtfn,
        eposthem,
        epostarb,
        -- A child is not its own guardian (PER-16).
        case when guardian1_key <> coalesce(civic_key, '') or guardian2_key <> coalesce(civic_key, '') then 1 else 0 end as names_guardian,
        case when {{ is_open_person('keyed.guardian1_key') }} then guardian1_key end as guardian1_key,
        case when {{ is_open_person('keyed.guardian2_key') }} then guardian2_key end as guardian2_key
    from keyed
    where {{ is_open_person('keyed.civic_key') }}
        -- A row without a number is identified by its personguid.
        and not exists (
            select 1 from {{ ref('stg_procapita__protected_ids') }} as protected_ids where protected_ids.person_id = {{ id_key('keyed.personguid') }}
        )

)

select * from cut
