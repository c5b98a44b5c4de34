-- Teaching groups and mentor groups.
-- One row a row of kj1v0grp.
-- Change: a site's own column names are mapped in extract_columns.csv of its profile.

with

source_rows as (

    {{ read_source('procapita', 'school', 'kj1v0grp', ['grupplnr', 'enhkod', 'gruppnamn', 'ovrigt', 'grupptyp', 'fromdat', 'tomdat']) }}

)

select * from source_rows
