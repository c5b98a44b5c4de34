-- The students in groups, of all registers of the profile. A membership ends at the earlier of its end and its drop-out (ENR-4).
-- One row is a membership row of a register. Key: membership_row.
-- Change: codes for active in seeds/rules/active_codes.csv. An unknown code is not active.

with

memberships as (

    {{ union_staging('group_memberships') }}

),

active_codes as (

    select * from {{ ref('active_codes') }}

),

persons as (

    select * from {{ ref('int_persons_identified') }} where key_rank = 1

),

conformed as (

    select
        row_number() over (order by {{ exact('memberships.source_system') }}, {{ exact('memberships.membership_key') }}, memberships.start_date) as membership_row,
        memberships.*,
        memberships.membership_key as source_key,
        persons.person_id,
        {{ earlier_end('memberships') }} as end_date,
        coalesce(active_codes.is_active, 0) as is_active,
        case when active_codes.source_code is null then memberships.active_code end as unknown_active_code
    from memberships
    left join active_codes
        on active_codes.source_system = memberships.source_system
        and upper(active_codes.source_code) = upper(memberships.active_code)
    left join persons
        on persons.source_system = memberships.source_system
        and persons.person_key = memberships.person_key

)

select * from conformed
