-- What staff do in classes and groups, of every register that the profile reads.
-- One row an activity row of a register (activity_row).
-- Change: what a register calls an activity stands in stg_<system>__activities; codes for active in seeds/rules/active_codes.csv.

with

activities as (

    {{ union_staging('activities') }}

),

active_codes as (

    select * from {{ ref('active_codes') }}

),

persons as (

    select * from {{ ref('int_persons_identified') }} where key_rank = 1

),

conformed as (

    select
        row_number() over (
            order by {{ exact('activities.source_system') }}, {{ exact('activities.activity_key') }}, {{ exact('activities.link_source') }}, {{ exact('activities.person_key') }}, activities.start_date, activities.end_date, {{ exact('activities.active_code') }}
        ) as activity_row,
        activities.*,
        activities.activity_key as source_key,
        persons.person_id,
        coalesce(active_codes.is_active, 0) as is_active
    from activities
    left join active_codes
        on active_codes.source_system = activities.source_system
        and upper(active_codes.source_code) = upper(activities.active_code)
    left join persons
        on persons.source_system = activities.source_system
        and persons.person_key = activities.person_key

)

select * from conformed
