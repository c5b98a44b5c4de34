-- The units of the gymnasium.
-- One row a row of kjgp0sre.
-- Change: a site's own column names are mapped in extract_columns.csv of its profile.

with

source_rows as (

    {{ read_source('procapita', 'gymnasium', 'kjgp0sre', ['skolenhet', 'rektorsenhet', 'rektorsenhet_namn', 'skolenhetskod', 'aktiv']) }}

)

select * from source_rows
