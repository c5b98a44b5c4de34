-- How far the columns of the registers can be read: keys that must be filled, dates, numbers, and codes that a seed knows (DQ-4). It holds
-- counts and forms, never a value.
-- One row is a column of a register and what it is judged as. Key: source_system, table_name, column_name, holds. A column with fewer than
-- 20 cells is not judged, unless it has at least five dates or numbers and none of them can be read.
-- Change: the setting max_unreadable_percent is the share. stg_cells_judged decides what can be read.

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
