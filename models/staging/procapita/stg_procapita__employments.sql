-- Employments in the columns of the conformed register.
-- One row a row of kj1v0ans.
-- Change: ProCapita has no status on an employment; its dates say it all (EMP-1).

with

source_rows as (

    select * from {{ ref('land_procapita__kj1v0ans') }}

),

persons as (

    select * from {{ ref('land_procapita__known_persons') }}

),

conformed as (

    select
        source_rows.source_system,
        source_rows.anslnr as employment_key,
        staff.person_key,
        source_rows.enhkod as unit_id,
        source_rows.signatur as signature,
        source_rows.befattning as position_title,
        cast(null as nvarchar(100)) as employment_status,
        1 as is_in_email_register,
        {{ compact_date('source_rows.fromdat') }} as start_date,
        {{ compact_date('source_rows.tomdat') }} as end_date,
        {{ unreadable_dates(['fromdat', 'tomdat']) }} as unreadable_columns
    from source_rows
    left join persons as staff
        on staff.source_system = source_rows.source_system
        and staff.civic_key = source_rows.civic_key

)

select * from conformed
