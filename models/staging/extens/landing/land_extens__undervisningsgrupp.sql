-- Teaching groups.
-- One row a row of undervisningsgrupp.
-- Change: a site's own column names are mapped in extract_columns.csv of its profile.

with

source_rows as (

    {{ read_source('extens', 'school', 'undervisningsgrupp', ['grupp_id', 'enhet_id', 'gruppbeteckning', 'amneskod', 'eget2']) }}

)

select * from source_rows
