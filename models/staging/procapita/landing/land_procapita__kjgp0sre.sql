-- The units of the gymnasium.
-- One row is a row of kjgp0sre, which has one for each head of school of a unit. No key: the register may repeat one.
-- Change: the profile's seeds/extract_columns.csv maps a site's own column names.

with

source_rows as (

    {{ read_source('procapita', 'gymnasium', 'kjgp0sre', ['skolenhet', 'rektorsenhet', 'rektorsenhet_namn', 'skolenhetskod', 'aktiv']) }}

)

select * from source_rows
