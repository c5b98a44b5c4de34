-- The students and staff who wait today (LIFE-4), judged by all their links to schools and groups, exported or confirmed.
-- One row is a person. Key: person_id.
-- Change: rows of the profile's seeds/pauses.csv.

with

paused_schools as (

    select * from {{ ref('delta_paused_schools') }}

),

paused_groups as (

    select * from {{ ref('delta_paused_groups') }}

),

enrolments as (

    select person_id, school_id, school_form from {{ ref('export_enrolments') }}
    union
    select person_id, school_id, school_form from {{ source('delivery', 'delivered_enrolments') }}

),

duties as (

    select person_id, school_id from {{ ref('export_duties') }}
    union
    select person_id, school_id from {{ source('delivery', 'delivered_duties') }}

),

group_links as (

    select person_id, group_id from {{ ref('export_group_memberships') }}
    union
    select person_id, group_id from {{ source('delivery', 'delivered_group_memberships') }}
    union
    select person_id, group_id from {{ ref('export_group_staff') }}
    union
    select person_id, group_id from {{ source('delivery', 'delivered_group_staff') }}

),

links as (

    select
        person_id,
        case when {{ is_paused('enrolments.school_id', 'enrolments.school_form') }} then 1 else 0 end as is_paused
    from enrolments
    union all
    select duties.person_id, case when paused_schools.school_id is null then 0 else 1 end
    from duties
    left join paused_schools
        on paused_schools.school_id = duties.school_id
    union all
    select group_links.person_id, case when paused_groups.group_id is null then 0 else 1 end
    from group_links
    left join paused_groups
        on paused_groups.group_id = group_links.group_id

),

waiting as (

    {{ paused_persons('links') }}

)

select * from waiting
