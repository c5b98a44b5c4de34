-- The students, guardians and staff of Extens and IST Administration who may be read (PER-1).
-- One row is a row of person. Rows of protected persons do not land. No key: the register may repeat one.
-- Change: stg_extens__protected_rows decides what protects. The profile's seeds/extract_columns.csv maps a site's own column names.

with

source_rows as (

    {{ read_source('extens', 'school', 'person', ['person_id', 'personnummer', 'fornamn', 'efternamn', 'adress', 'postnummer', 'postort', 'telefon', 'mobil', 'epost', 'sekretess', 'avregistrerad', 'avliden']) }}

),

relations as (

    {{ read_source('extens', 'school', 'samband', ['person_id', 'samband_person_id', 'sambandstyp']) }}

),

protected_ids as (

    select * from {{ ref('stg_extens__protected_ids') }}

),

withheld_ids as (

    select * from {{ ref('stg_extens__withheld_ids') }} where {{ setting('withhold_relatives_address') }} = 1

),

-- Every guardian counts: a protected one is not missing (GUA-3). A child is not its own guardian (PER-16).
children as (

    select distinct
        source_system,
        {{ id_key('person_id') }} as person_id
    from relations
    where upper(sambandstyp) = 'H' and {{ id_key('samband_person_id') }} <> coalesce({{ id_key('person_id') }}, '')

),

keyed as (

    select
        source_rows.*,
        {{ civic_key('personnummer') }} as civic_key
    from source_rows

),

judged as (

    select
        keyed.*,
        case
            when {{ is_address_open('keyed.civic_key') }}
                and not exists (
                    select 1 from withheld_ids where withheld_ids.source_system = keyed.source_system and withheld_ids.person_id = {{ id_key('keyed.person_id') }}
                ) then 1
            else 0
        end as is_address_open
    from keyed
    where {{ is_protecting('keyed.sekretess', 'extens') }} = 0
        and {{ is_open_person('keyed.civic_key') }}
        and not exists (
            select 1 from protected_ids where protected_ids.source_system = keyed.source_system and protected_ids.person_id = {{ id_key('keyed.person_id') }}
        )

),

cut as (

    select
        judged.source_system,
        case
            when {{ id_key('judged.person_id') }} is not null
                then {{ first_text('judged.person_id', 'partition by judged.source_system, ' ~ id_key('judged.person_id')) }}
        end as person_key,
        judged.civic_key,
        judged.fornamn,
        judged.efternamn,
        case when judged.is_address_open = 1 then judged.adress end as adress,
        case when judged.is_address_open = 1 then judged.postnummer end as postnummer,
        case when judged.is_address_open = 1 then judged.postort end as postort,
        case when judged.is_address_open = 1 then judged.telefon end as telefon,
        case when judged.is_address_open = 1 then judged.mobil end as mobil,
        judged.epost,
        judged.avregistrerad,
        judged.avliden,
        case when children.person_id is not null then 1 else 0 end as names_guardian
    from judged
    left join children
        on children.source_system = judged.source_system
        and children.person_id = {{ id_key('judged.person_id') }}

)

select * from cut
