-- What staff do in classes and groups, of every register that the profile reads.
-- One row an activity row of a register (activity_row).
-- Change: what a register calls an activity stands in stg_<system>__activities.

with

activities as (

    {{ union_staging('activities') }}

),

conformed as (

    select
        row_number() over (order by source_system, activity_key, person_key, start_date) as activity_row,
        activities.*,
        activity_key as source_key
    from activities

)

select * from conformed
