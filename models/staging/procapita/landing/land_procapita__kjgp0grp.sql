-- Teaching groups of the gymnasium, each for a period.
-- One row a row of kjgp0grp.
-- Change: a site's own column names are mapped in extract_columns.csv of its profile.

with

source_rows as (

    {{ read_source('procapita', 'gymnasium', 'kjgp0grp', ['skolenhet', 'skolform', 'grupp', 'period', 'ovrigt', 'fromdat', 'tomdat']) }}

)

select * from source_rows
