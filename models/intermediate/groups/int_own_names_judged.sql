-- The names that the customer gives delivered groups, and what keeps one from being used. If a group has several, none is used.
-- One row is an own name of a delivered group. Key: group_id, name_rank.
-- Change: rows in the profile's models/local_group_names.sql. A name must leave room for the number of CLS-8.

with

groups as (

    select * from {{ ref('int_groups_judged') }} where reason_code is null

),

own_names as (

    select
        cast(group_id as nvarchar(200)) as group_id,
        nullif(ltrim(rtrim(cast(group_name as nvarchar(4000)))), '') as group_name,
        row_number() over (partition by cast(group_id as nvarchar(200)) order by {{ exact('group_name') }}) as name_rank,
        count(*) over (partition by cast(group_id as nvarchar(200))) as names
    from {{ ref('local_group_names') }}
    where group_id is not null

),

judged as (

    select
        groups.group_id,
        groups.entity,
        groups.source_system,
        groups.source_key,
        groups.school_id,
        own_names.name_rank,
        own_names.group_name,
        case
            when own_names.names > 1 then concat('several; names=', own_names.names)
            when own_names.group_name is null then 'blank'
            when len(own_names.group_name) > {{ length_of('group_name') }} - 10 then concat('too long; length=', len(own_names.group_name))
            when own_names.group_name like '%,%' and groups.group_type in ('Klass', 'Avdelning') then 'comma'
        end as fault
    from own_names
    inner join groups
        on groups.group_id = own_names.group_id

)

select * from judged
