-- Students in groups, of every register that the profile reads; a membership ends at the earlier of its end and its drop-out (ENR-4).
-- One row a membership row of a register (membership_row).
-- Change: codes for active in seeds/rules/active_codes.csv; an unknown code is not active.

with

memberships as (

    {{ union_staging('group_memberships') }}

),

active_codes as (

    select * from {{ ref('active_codes') }}

),

conformed as (

    select
        row_number() over (order by memberships.source_system, memberships.membership_key, memberships.start_date) as membership_row,
        memberships.*,
        memberships.membership_key as source_key,
        case
            when memberships.dropped_out_on < coalesce(memberships.period_end_date, memberships.dropped_out_on) or memberships.period_end_date is null
                then memberships.dropped_out_on
            else memberships.period_end_date
        end as end_date,
        coalesce(active_codes.is_active, 0) as is_active,
        case when active_codes.source_code is null then 0 else 1 end as is_active_code_known
    from memberships
    left join active_codes
        on active_codes.source_system = memberships.source_system
        and upper(active_codes.source_code) = upper(memberships.active_code)

)

select * from conformed
