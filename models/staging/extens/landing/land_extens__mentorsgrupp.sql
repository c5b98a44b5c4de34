-- The mentor groups of Extens and IST Administration.
-- One row is a row of mentorsgrupp. No key: the register may repeat one.
-- Change: the profile's seeds/extract_columns.csv maps a site's own column names.

with

source_rows as (

    {{ read_source('extens', 'school', 'mentorsgrupp', ['mentorsgrupp_id', 'enhet_id', 'namn', 'startdatum', 'slutdatum']) }}

)

select * from source_rows
