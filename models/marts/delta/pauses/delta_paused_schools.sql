-- The schools about which nothing is sent today, and whose staff wait: all their school forms are paused (LIFE-4).
-- One row is a receiver school. Key: school_id. A school that schools.csv no longer lists waits while anything confirmed of it is paused.
-- Change: rows of the profile's seeds/pauses.csv.

with

configured as (

    select distinct school_id, school_form from {{ ref('int_schools_configured') }}

),

delivered as (

    select school_id, cast(null as nvarchar(10)) as school_form from {{ source('delivery', 'delivered_schools') }}
    union
    select school_id, school_form from {{ source('delivery', 'delivered_enrolments') }}
    union
    select school_id, school_form from {{ source('delivery', 'delivered_groups') }}

),

judged as (

    select
        configured.school_id,
        case when {{ is_paused('configured.school_id', 'configured.school_form') }} then 1 else 0 end as is_paused
    from configured

),

judged_leaving as (

    select
        delivered.school_id,
        case when {{ is_paused('delivered.school_id', 'delivered.school_form') }} then 1 else 0 end as is_paused
    from delivered
    where delivered.school_id not in (select configured.school_id from configured)

),

paused as (

    select school_id from judged group by school_id having min(is_paused) = 1
    union all
    select school_id from judged_leaving group by school_id having max(is_paused) = 1

)

select * from paused
