-- The teaching groups of Extens and IST Administration.
-- One row is a row of undervisningsgrupp. No key: the register may repeat one.
-- Change: the profile's seeds/extract_columns.csv maps a site's own column names.

with

source_rows as (

    {{ read_source('extens', 'school', 'undervisningsgrupp', ['grupp_id', 'enhet_id', 'gruppbeteckning', 'amneskod', 'eget2']) }}

)

select * from source_rows
