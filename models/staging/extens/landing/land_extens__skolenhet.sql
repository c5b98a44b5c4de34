-- The units of Extens and IST Administration.
-- One row is a row of skolenhet. No key: the register may repeat one.
-- Change: the profile's seeds/extract_columns.csv maps a site's own column names.

with

source_rows as (

    {{ read_source('extens', 'school', 'skolenhet', ['enhet_id', 'enhetsnamn', 'skolenhetskod', 'skolform', 'startdatum', 'slutdatum', 'aktiv_enhet', 'avgangsenhet']) }}

)

select * from source_rows
