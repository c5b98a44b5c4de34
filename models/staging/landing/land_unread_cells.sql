-- How many cells of the registers should name a person and are blank, or no number, by the form that they have (DQ-4).
-- One row a source system, table, column and form (source_system, table_name, column_name, holds, form); a blank one has no form.
-- Counted while reading: such a row names nobody and lands nowhere, and no value of it is stored.
-- Change: which columns are looked at stands in stg_<system>__cells_unread; the names of forms in form_of.

with

cells as (

    {{ union_staging('cells_unread') }}

),

shaped as (

    select
        source_system,
        table_name,
        column_name,
        holds,
        {{ shape_of('cell') }} as shape
    from cells

),

formed as (

    select
        source_system,
        table_name,
        column_name,
        holds,
        case when shape is not null then {{ form_of('shape', 'number') }} end as form
    from shaped

),

counted as (

    select
        source_system,
        table_name,
        column_name,
        holds,
        form,
        count(*) as cell_count
    from formed
    group by source_system, table_name, column_name, holds, form

)

select * from counted
