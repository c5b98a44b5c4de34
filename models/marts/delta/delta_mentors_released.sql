-- The confirmed groups whose mentors the receiver manages itself from now on. Ours are released, not deleted (MEM-4).
-- One row is a confirmed group at a school that takes no mentors from us any more. Key: group_id. Every row of the school in schools.csv
-- has the mentor source none.
-- Change: the setting mentor_source, or the school's own in the profile's seeds/schools.csv.

with

configured as (

    select * from {{ ref('int_schools_configured') }}

),

delivered as (

    select * from {{ source('delivery', 'delivered_groups') }}

),

without_mentors as (

    select school_id
    from configured
    group by school_id
    having sum(case when mentor_source = 'none' then 0 else 1 end) = 0

),

released as (

    select
        delivered.group_id,
        case when delivered.group_type = 'Mentor' then 1 else 0 end as is_mentor_group
    from delivered
    inner join without_mentors
        on without_mentors.school_id = delivered.school_id

)

select * from released
