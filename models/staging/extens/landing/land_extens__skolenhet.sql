-- The units of the register.
-- One row a row of skolenhet.
-- Change: a site's own column names are mapped in extract_columns.csv of its profile.

with

source_rows as (

    {{ read_source('extens', 'school', 'skolenhet', ['enhet_id', 'enhetsnamn', 'skolenhetskod', 'skolform', 'startdatum', 'slutdatum', 'aktiv_enhet', 'avgangsenhet']) }}

)

select * from source_rows
