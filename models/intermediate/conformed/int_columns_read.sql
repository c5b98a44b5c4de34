-- How far the columns of the registers can be read: keys that must be filled, dates, numbers, and codes that a seed maps (DQ-4).
-- One row a source system, table, column and what it is judged as (source_system, table_name, column_name, holds), counts alone.
-- form: the commonest form of what cannot be read, never a value. A column of fewer than 20 cells is never mostly unreadable.
-- Change: the share is the setting max_unreadable_percent; the columns stand in stg_<system>__cells_landed and stg_<system>__cells_unread.

with

landed as (

    {{ union_staging('cells_landed') }}

),

unread as (

    select * from {{ ref('land_unread_cells') }}

),

known_codes as (

    select 'school_form' as holds, cast(null as nvarchar(20)) as source_system, upper(source_code) as code from {{ ref('school_form_codes') }}
    union all
    select 'group_kind', source_system, upper(source_code) from {{ ref('group_kind_codes') }}
    union all
    select 'active', source_system, upper(source_code) from {{ ref('active_codes') }}
    union all
    select 'employment_status', source_system, upper(source_code) from {{ ref('active_codes') }}
    union all
    select 'mentor_group_role', source_system, upper(source_code) from {{ ref('active_codes') }}

),

judged as (

    select
        landed.*,
        case
            when holds = 'key' then case when cell is null then 1 else 0 end
            when holds = 'date' then {{ is_unreadable_date('cell') }}
            when holds = 'number' then {{ is_unreadable_number('cell') }}
            when holds = 'school_form' and upper(left(cell, 3)) = 'VUX' then 0
            when holds = 'employment_status' and upper(cell) in {{ setting_list('employment_active_statuses') }} then 0
            when holds = 'mentor_group_role' and upper(cell) in ('ELEV', 'MENTOR') then 0
            when exists (
                select 1
                from known_codes
                where known_codes.holds = landed.holds
                    and coalesce(known_codes.source_system, landed.source_system) = landed.source_system
                    and known_codes.code = upper({{ our_collation('landed.cell') }})
            ) then 0
            else 1
        end as is_unreadable
    from landed
    where cell is not null or holds = 'key'

),

shaped as (

    select
        judged.*,
        case when is_unreadable = 1 then {{ shape_of('cell') }} end as shape
    from judged

),

formed as (

    select
        source_system,
        table_name,
        column_name,
        holds,
        case when shape is null then null when holds = 'date' then {{ form_of('shape', 'date') }} else {{ form_of('shape', 'other') }} end as form,
        is_unreadable,
        cells
    from shaped
    union all
    select source_system, table_name, column_name, holds, form, 1, cells
    from unread

),

by_form as (

    select
        source_system,
        table_name,
        column_name,
        holds,
        form,
        is_unreadable,
        sum(cells) as cells
    from formed
    group by source_system, table_name, column_name, holds, form, is_unreadable

),

ranked as (

    select
        by_form.*,
        row_number() over (partition by source_system, table_name, column_name, holds order by is_unreadable desc, cells desc, {{ exact('form') }}) as form_rank
    from by_form

),

counted as (

    select
        source_system,
        table_name,
        column_name,
        holds,
        sum(cells) as cells,
        sum(case when is_unreadable = 1 then cells else 0 end) as unreadable_cells,
        max(case when form_rank = 1 then form end) as form
    from ranked
    group by source_system, table_name, column_name, holds

),

measured as (

    select
        counted.*,
        case when cells >= 20 and 100 * unreadable_cells > {{ setting('max_unreadable_percent') }} * cells then 1 else 0 end as is_mostly_unreadable
    from counted

)

select * from measured
