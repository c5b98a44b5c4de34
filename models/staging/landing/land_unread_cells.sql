-- How many cells of the registers should name a person but are blank, or no number, by their form (DQ-4). They are counted while reading:
-- such a row names nobody and lands nowhere, and no value of it is stored.
-- One row is a form of such cells in a column. Key: source_system, table_name, column_name, holds, form. A blank cell has no form.
-- Change: stg_<family>__cells_unread says which columns are looked at, the macro form_of has the names of forms.

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
