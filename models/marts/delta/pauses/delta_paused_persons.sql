-- Everybody who waits today (LIFE-4): students and staff with their schools, guardians with their children.
-- One row is a person. Key: person_id.
-- Change: rows of the profile's seeds/pauses.csv. delta_paused_members decides who waits with a school.

with

members as (

    select * from {{ ref('delta_paused_members') }}

),

own_links as (

    select person_id from {{ ref('export_enrolments') }}
    union
    select person_id from {{ source('delivery', 'delivered_enrolments') }}
    union
    select person_id from {{ ref('export_duties') }}
    union
    select person_id from {{ source('delivery', 'delivered_duties') }}

),

responsibles as (

    select child_id, responsible_id from {{ ref('export_responsibles') }}
    union
    select child_id, responsible_id from {{ source('delivery', 'delivered_responsibles') }}

),

-- Each role of a person: as a student or staff member, and as a guardian of each child.
roles as (

    select
        own_links.person_id,
        case when members.person_id is null then 0 else 1 end as is_paused
    from own_links
    left join members
        on members.person_id = own_links.person_id
    union all
    select
        responsibles.responsible_id,
        case when members.person_id is null then 0 else 1 end
    from responsibles
    left join members
        on members.person_id = responsibles.child_id

),

waiting as (

    {{ paused_persons('roles') }}

)

select * from waiting
