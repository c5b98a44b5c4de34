-- Whether each value of a landed cell can be read, and the form of one that cannot (DQ-4).
-- One row is a value in a column of a register, without the value itself. No key: many values have the same form. A view: no value is
-- stored.
-- Change: stg_<family>__cells_landed lists the columns, the seeds have the known codes, and the macro form_of the names of forms.

with

landed as (

    {{ union_staging('cells_landed') }}

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
        is_unreadable,
        case when shape is null then null when holds = 'date' then {{ form_of('shape', 'date') }} else {{ form_of('shape', 'other') }} end as form,
        cell_count
    from shaped

)

select * from formed
