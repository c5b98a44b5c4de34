-- Mentor groups.
-- One row a row of mentorsgrupp.
-- Change: a site's own column names are mapped in extract_columns.csv of its profile.

with

source_rows as (

    {{ read_source('extens', 'school', 'mentorsgrupp', ['mentorsgrupp_id', 'enhet_id', 'namn', 'startdatum', 'slutdatum']) }}

)

select * from source_rows
