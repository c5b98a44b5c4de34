-- The units of ProCapita and TED.
-- One row is a row of kj1v0enh. No key: the register may repeat one.
-- Change: the profile's seeds/extract_columns.csv maps a site's own column names.

with

source_rows as (

    {{ read_source('procapita', 'school', 'kj1v0enh', ['enhkod', 'enhnamn', 'scbkod', 'startdat', 'stangtfrom', 'stangttom', 'skolform']) }}

)

select * from source_rows
