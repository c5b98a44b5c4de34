-- The rows of the population register of persons of the school modules who may be read (PER-1), and of nobody else in town.
-- One row is a row of ki0v0fol. Rows of protected persons, and of persons that no school module knows, do not land. No key: the register
-- may repeat one.
-- Change: the profile's seeds/extract_columns.csv maps a site's own column names.

with

source_rows as (

    {{ read_source('procapita', 'register', 'ki0v0fol', ['personnr', 'fornamn', 'efternamn', 'adress', 'postnr', 'ort', 'avregorsak', 'avregdat', 'antraffaddod']) }}

),

keyed as (

    select
        source_rows.*,
        {{ civic_key('personnr') }} as civic_key
    from source_rows

),

cut as (

    select
        source_system,
        civic_key,
        fornamn,
        efternamn,
        case when {{ is_address_open('keyed.civic_key') }} then adress end as adress,
        case when {{ is_address_open('keyed.civic_key') }} then postnr end as postnr,
        case when {{ is_address_open('keyed.civic_key') }} then ort end as ort,
        avregorsak,
        avregdat,
        antraffaddod
    from keyed
    where {{ is_open_person('keyed.civic_key') }}
        and {{ is_known_person('keyed', 'civic_key') }}

)

select * from cut
