-- The students in teaching groups and mentor groups, in the columns of int_group_memberships_conformed.
-- One row is a row of kj1v0grm or kjgp0evg. No key: the register may repeat one.
-- Change: another code for active is a row of seeds/rules/active_codes.csv.

with

source_rows as (

    select * from {{ ref('land_procapita__kj1v0grm') }}

),

gymnasium_rows as (

    select * from {{ ref('land_procapita__kjgp0evg') }}

),

persons as (

    select * from {{ ref('land_procapita__known_persons') }}

),

conformed as (

    select
        source_rows.source_system,
        concat(source_rows.grupplnr, '-', students.person_key) as membership_key,
        source_rows.grupplnr as group_key,
        cast(null as nvarchar(200)) as mentor_group_key,
        students.person_key,
        case when students.is_number_ambiguous = 1 then 'personnr' end as ambiguous_column,
        cast(null as nvarchar(100)) as course_code,
        {{ read_date('source_rows.fromdat') }} as start_date,
        {{ read_end_date('source_rows.tomdat') }} as period_end_date,
        {{ read_end_date('source_rows.avbrottsdatum') }} as dropped_out_on,
        coalesce(source_rows.aktiv, 'blank') as active_code,
        cast(null as nvarchar(200)) as incomplete_columns,
        {{ unreadable_dates(['fromdat', 'tomdat', 'avbrottsdatum']) }} as unreadable_columns
    from source_rows
    left join persons as students
        on students.source_system = source_rows.source_system
        and students.civic_key = source_rows.civic_key
    union all
    select
        gymnasium_rows.source_system,
        {{ joined_key(['skolenhet', 'skolform', 'grupp', 'kurskod', 'period', 'students.person_key'], ['skolenhet', 'grupp']) }},
        {{ joined_key(['skolenhet', 'skolform', 'grupp', 'period'], ['skolenhet', 'grupp']) }},
        cast(null as nvarchar(200)) as mentor_group_key,
        students.person_key,
        case when students.is_number_ambiguous = 1 then 'personnr' end,
        gymnasium_rows.kurskod,
        {{ read_date('gymnasium_rows.fromdat') }},
        {{ read_end_date('gymnasium_rows.tomdat') }},
        {{ read_end_date('gymnasium_rows.avbrottsdatum') }},
        'blank',
        cast(null as nvarchar(200)) as incomplete_columns,
        {{ unreadable_dates(['fromdat', 'tomdat', 'avbrottsdatum']) }}
    from gymnasium_rows
    left join persons as students
        on students.source_system = gymnasium_rows.source_system
        and students.civic_key = gymnasium_rows.civic_key

)

select * from conformed
