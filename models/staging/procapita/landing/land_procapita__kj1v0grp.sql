-- The teaching groups and mentor groups of ProCapita and TED.
-- One row is a row of kj1v0grp. No key: the register may repeat one.
-- Change: the profile's seeds/extract_columns.csv maps a site's own column names.

with

source_rows as (

    {{ read_source('procapita', 'school', 'kj1v0grp', ['grupplnr', 'enhkod', 'gruppnamn', 'ovrigt', 'grupptyp', 'fromdat', 'tomdat']) }}

)

select * from source_rows
