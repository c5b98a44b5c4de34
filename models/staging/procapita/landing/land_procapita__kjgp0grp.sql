-- The teaching groups of the gymnasium, each for a period.
-- One row is a row of kjgp0grp. No key: the register may repeat one.
-- Change: the profile's seeds/extract_columns.csv maps a site's own column names.

with

source_rows as (

    {{ read_source('procapita', 'gymnasium', 'kjgp0grp', ['skolenhet', 'skolform', 'grupp', 'period', 'ovrigt', 'fromdat', 'tomdat']) }}

)

select * from source_rows
