-- The employments of ProCapita in the columns of int_employments_conformed. The gymnasium shows no employments: an activity counts as one,
-- in the window of its link.
-- One row is a row of kj1v0ans or kjgp0pak. No key: the register may repeat an id.
-- Change: nothing here. ProCapita has no status on an employment; its dates decide (EMP-1).

with

source_rows as (

    select * from {{ ref('land_procapita__kj1v0ans') }}

),

gymnasium_rows as (

    select * from {{ ref('land_procapita__kjgp0pak') }}

),

persons as (

    select * from {{ ref('land_procapita__known_persons') }}

),

conformed as (

    select
        source_rows.source_system,
        source_rows.anslnr as employment_key,
        staff.person_key,
        case when staff.is_number_ambiguous = 1 then 'personnr' end as ambiguous_column,
        source_rows.enhkod as unit_id,
        source_rows.signatur as signature,
        source_rows.befattning as position_title,
        cast(null as nvarchar(100)) as employment_status,
        1 as is_in_email_register,
        {{ read_date('source_rows.fromdat') }} as start_date,
        {{ read_end_date('source_rows.tomdat') }} as end_date,
        {{ unreadable_dates(['fromdat', 'tomdat']) }} as unreadable_columns,
        'staff_school' as window_entity
    from source_rows
    left join persons as staff
        on staff.source_system = source_rows.source_system
        and staff.civic_key = source_rows.civic_key
    union all
    select
        gymnasium_rows.source_system,
        {{ joined_key(['skolenhet', 'skolform', 'coalesce(grupp, klass)', 'kurskod', 'period', 'staff.person_key'], ['skolenhet']) }},
        staff.person_key,
        case when staff.is_number_ambiguous = 1 then 'personnr' end,
        gymnasium_rows.skolenhet,
        gymnasium_rows.signatur,
        cast(null as nvarchar(100)) as position_title,
        cast(null as nvarchar(100)) as employment_status,
        1,
        {{ read_date('gymnasium_rows.fromdat') }},
        {{ read_end_date('gymnasium_rows.tomdat') }},
        {{ unreadable_dates(['fromdat', 'tomdat']) }},
        'staff_group'
    from gymnasium_rows
    left join persons as staff
        on staff.source_system = gymnasium_rows.source_system
        and staff.civic_key = gymnasium_rows.civic_key

)

select * from conformed
