-- The groups about which nothing is sent today: not themselves, not their memberships, not their staff. Their school and school form are
-- paused (LIFE-4).
-- One row is a group. Key: group_id. A group in the export is judged as it is exported, any other as it is confirmed.
-- Change: rows of the profile's seeds/pauses.csv.

with

exported as (

    select * from {{ ref('export_groups') }}

),

delivered as (

    select * from {{ source('delivery', 'delivered_groups') }}

),

groups as (

    select group_id, school_id, school_form from exported
    union all
    select group_id, school_id, school_form
    from delivered
    where group_id not in (select exported.group_id from exported)

),

paused as (

    select group_id
    from groups
    where {{ is_paused('groups.school_id', 'groups.school_form') }}

)

select * from paused
