-- How far the columns of the registers can be read: keys that must be filled, dates, numbers, and codes that a seed maps (DQ-4).
-- One row a source system, table, column and what it is judged as (source_system, table_name, column_name, holds), counts alone.
-- form: the commonest form of what cannot be read, never a value. Fewer than 20 cells are too few to judge, but for five dates or numbers
-- of which not one can be read.
-- Change: the share is the setting max_unreadable_percent; what can be read stands in stg_cells_judged.

with

judged as (

    select * from {{ ref('stg_cells_judged') }}

),

unread as (

    select * from {{ ref('land_unread_cells') }}

),

cells_read as (

    select source_system, table_name, column_name, holds, is_unreadable, form, cell_count from judged
    union all
    select source_system, table_name, column_name, holds, 1, form, cell_count from unread

),

by_form as (

    select
        source_system,
        table_name,
        column_name,
        holds,
        form,
        is_unreadable,
        sum(cell_count) as cell_count
    from cells_read
    group by source_system, table_name, column_name, holds, form, is_unreadable

),

ranked as (

    select
        by_form.*,
        row_number() over (partition by source_system, table_name, column_name, holds order by is_unreadable desc, cell_count desc, {{ exact('form') }}) as form_rank
    from by_form

),

counted as (

    select
        source_system,
        table_name,
        column_name,
        holds,
        sum(cell_count) as cell_count,
        sum(case when is_unreadable = 1 then cell_count else 0 end) as unreadable_count,
        max(case when form_rank = 1 then form end) as form
    from ranked
    group by source_system, table_name, column_name, holds

),

measured as (

    select
        counted.*,
        case
            when 100 * unreadable_count <= {{ setting('max_unreadable_percent') }} * cell_count then 0
            when cell_count >= 20 then 1
            when cell_count >= 5 and unreadable_count = cell_count and holds in ('date', 'number') then 1
            else 0
        end as is_mostly_unreadable
    from counted

)

select * from measured
