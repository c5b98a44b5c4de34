-- The units of the register.
-- One row a row of kj1v0enh.
-- Change: a site's own column names are mapped in extract_columns.csv of its profile.

with

source_rows as (

    {{ read_source('procapita', 'school', 'kj1v0enh', ['enhkod', 'enhnamn', 'scbkod', 'startdat', 'stangtfrom', 'stangttom', 'skolform']) }}

)

select * from source_rows
