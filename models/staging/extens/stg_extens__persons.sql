-- The persons of Extens who may be read, in the columns of int_persons_checked: who they are and how to reach them.
-- One row is a row of person. No key: the register may repeat an id.
-- Change: of several addresses in the e-mail register, the first valid one in alphabetical order is taken. A blank one is none.

with

persons as (

    select * from {{ ref('land_extens__person') }}

),

addresses as (

    select
        source_system,
        person_key,
        epost,
        row_number() over (
            partition by source_system, person_key
            order by {{ is_email('epost') }} desc, {{ exact('lower(epost)') }}, {{ exact('epost') }}
        ) as address_rank
    from {{ ref('land_extens__register_epost') }}
    where {{ cleaned('epost') }} is not null

),

conformed as (

    select
        persons.source_system,
        persons.person_key,
        persons.civic_key,
        {{ cleaned('persons.fornamn') }} as given_name,
        {{ cleaned('persons.efternamn') }} as family_name,
        {{ cleaned('persons.adress') }} as street_address,
        {{ cleaned('persons.postnummer') }} as postal_code,
        {{ cleaned('persons.postort') }} as city,
        {{ cleaned('persons.telefon') }} as phone,
        {{ cleaned('persons.mobil') }} as mobile,
        {{ cleaned('addresses.epost') }} as email_student,
        {{ cleaned('addresses.epost') }} as email_staff,
        {{ cleaned('persons.epost') }} as email_guardian,
        {{ is_flag_set('persons.avliden') }} as is_deceased,
        {{ is_flag_set('persons.avregistrerad') }} as is_deregistered,
        1 as has_register_row,
        cast(null as nvarchar(200)) as register_unreadable_columns,
        1 as source_rows,
        1 as person_keys,
        cast(null as nvarchar(100)) as ambiguous_column,
        persons.names_guardian,
        1 as has_key
    from persons
    left join addresses
        on addresses.source_system = persons.source_system
        and addresses.person_key = persons.person_key
        and addresses.address_rank = 1

)

select * from conformed
