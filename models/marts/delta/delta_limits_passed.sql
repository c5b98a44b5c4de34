-- Which of tonight's changes are too many to be sent before somebody has seen them: deletes and updates above a share of the confirmed
-- records, over all schools or at one; a school that goes as a whole; and persons who are created while as many go, because the register
-- has probably replaced its keys. The lines are counted, not the difference of totals: as many records may come as go.
-- One row is a limit that is passed. Key: reason, entity, school_id.
-- Change: the settings max_delete_percent, max_update_percent and max_change_floor.

with

-- Several lines about one person count once per kind (delete, update, create). A confirmed person who is created is a resend, not a new person.
person_rows as (

    select
        person_id,
        case when operation = 'delete' and coalesce(mode, '') <> 'release' then 1 else 0 end as is_deleted,
        case when operation in ('update', 'rekey') then 1 else 0 end as is_updated,
        case when operation = 'create' then 1 else 0 end as is_created,
        0 as is_confirmed
    from {{ ref('delta_persons') }}
    union all
    select person_id, 0, 0, 0, 1 from {{ source('delivery', 'delivered_persons') }}

),

persons as (

    select
        max(is_deleted) as is_deleted,
        max(is_updated) as is_updated,
        case when max(is_confirmed) = 0 then max(is_created) else 0 end as is_created,
        max(is_confirmed) as is_confirmed
    from person_rows
    group by person_id

),

group_rows as (

    select 'group' as entity, group_id, operation, mode from {{ ref('delta_groups') }}
    union all
    select 'membership', group_id, operation, mode from {{ ref('delta_group_memberships') }}
    union all
    select 'staff', group_id, operation, mode from {{ ref('delta_group_staff') }}
    union all
    select 'group', group_id, 'confirmed', cast(null as nvarchar(10)) as mode from {{ source('delivery', 'delivered_groups') }}
    union all
    select 'membership', group_id, 'confirmed', cast(null as nvarchar(10)) as mode from {{ source('delivery', 'delivered_group_memberships') }}
    union all
    select 'staff', group_id, 'confirmed', cast(null as nvarchar(10)) as mode from {{ source('delivery', 'delivered_group_staff') }}

),

group_counts as (

    select
        entity,
        group_id,
        sum(case when operation = 'delete' and coalesce(mode, '') <> 'release' then 1 else 0 end) as deletes,
        sum(case when operation = 'update' then 1 else 0 end) as updates,
        sum(case when operation = 'confirmed' then 1 else 0 end) as confirmed
    from group_rows
    group by entity, group_id

),

delivered_groups as (

    select group_id, school_id from {{ source('delivery', 'delivered_groups') }}

),

-- A group counts at the school where it is confirmed, not at the one it moves to.
group_schools as (

    select group_id, school_id from delivered_groups
    union all
    select group_id, school_id
    from {{ ref('export_groups') }}
    where group_id not in (select delivered_groups.group_id from delivered_groups)

),

school_rows as (

    select 'school' as entity, school_id, operation, mode from {{ ref('delta_schools') }}
    union all
    select 'enrolment', school_id, operation, mode from {{ ref('delta_enrolments') }}
    union all
    select 'duty', school_id, operation, mode from {{ ref('delta_duties') }}
    union all
    select 'responsible', {{ typed('null', 'school_id') }}, operation, mode from {{ ref('delta_responsibles') }}
    union all
    select 'school', school_id, 'confirmed', cast(null as nvarchar(10)) as mode from {{ source('delivery', 'delivered_schools') }}
    union all
    select 'enrolment', school_id, 'confirmed', cast(null as nvarchar(10)) as mode from {{ source('delivery', 'delivered_enrolments') }}
    union all
    select 'duty', school_id, 'confirmed', cast(null as nvarchar(10)) as mode from {{ source('delivery', 'delivered_duties') }}
    union all
    select 'responsible', {{ typed('null', 'school_id') }}, 'confirmed', cast(null as nvarchar(10)) as mode from {{ source('delivery', 'delivered_responsibles') }}

),

counted as (

    select
        'person' as entity,
        {{ typed('null', 'school_id') }},
        sum(is_deleted) as deletes,
        sum(is_updated) as updates,
        sum(is_created) as creates,
        sum(is_confirmed) as confirmed
    from persons
    union all
    select
        entity,
        school_id,
        sum(case when operation = 'delete' and coalesce(mode, '') <> 'release' then 1 else 0 end),
        sum(case when operation = 'update' then 1 else 0 end),
        0,
        sum(case when operation = 'confirmed' then 1 else 0 end)
    from school_rows
    group by entity, school_id
    union all
    select
        group_counts.entity,
        group_schools.school_id,
        sum(group_counts.deletes),
        sum(group_counts.updates),
        0,
        sum(group_counts.confirmed)
    from group_counts
    left join group_schools
        on group_schools.group_id = group_counts.group_id
    group by group_counts.entity, group_schools.school_id

),

scopes as (

    select 0 as is_one_school
    union all
    select 1

),

-- All schools together and each by itself, in one pass over the lines.
summed as (

    select
        counted.entity,
        scopes.is_one_school,
        case when scopes.is_one_school = 1 then counted.school_id end as school_id,
        sum(counted.deletes) as deletes,
        sum(counted.updates) as updates,
        sum(counted.creates) as creates,
        sum(counted.confirmed) as confirmed
    from counted
    cross join scopes
    where scopes.is_one_school = 0 or counted.school_id is not null
    group by counted.entity, scopes.is_one_school, case when scopes.is_one_school = 1 then counted.school_id end

),

held_bases as (

    select entity, school_id, confirmed_count from {{ source('delivery', 'held_bases') }}

),

measured as (

    select
        summed.entity,
        summed.is_one_school,
        summed.school_id,
        summed.deletes,
        summed.updates,
        summed.creates,
        case when held_bases.confirmed_count < cast(summed.confirmed as int) then held_bases.confirmed_count else summed.confirmed end as confirmed
    from summed
    left join held_bases
        on held_bases.entity = summed.entity
        and held_bases.school_id = coalesce(summed.school_id, '')

),

limits as (

    select 'deletes' as reason, 'delete' as operation, {{ setting('max_change_floor') }} as floor_count, {{ setting('max_delete_percent') }} as most_percent
    union all
    select 'updates', 'update', {{ setting('max_change_floor') }}, {{ setting('max_update_percent') }}
    union all
    select 'keys_replaced', 'create', {{ setting('max_change_floor') }}, {{ setting('max_update_percent') }}
    union all
    select 'school_gone', 'delete', 0, 0

),

judged as (

    select
        limits.reason,
        limits.operation,
        limits.floor_count,
        limits.most_percent,
        measured.entity,
        measured.school_id,
        measured.confirmed,
        case limits.operation when 'delete' then measured.deletes when 'update' then measured.updates else measured.creates end as line_count
    from measured
    inner join limits
        on (limits.reason in ('deletes', 'updates') and (measured.entity <> 'school' or measured.is_one_school = 0))
        or (limits.reason = 'school_gone' and measured.entity = 'school' and measured.is_one_school = 1)
        -- Only if the deletes of persons pass their limit too.
        or (
            limits.reason = 'keys_replaced' and measured.entity = 'person'
            and measured.deletes > {{ setting('max_change_floor') }}
            and 100 * measured.deletes > {{ setting('max_delete_percent') }} * measured.confirmed
        )

),

passed as (

    select
        cast(reason as nvarchar(20)) as reason,
        cast(operation as nvarchar(10)) as operation,
        {{ typed('entity', 'entity') }},
        school_id,
        cast(line_count as int) as line_count,
        cast(confirmed as int) as confirmed_count,
        cast(most_percent as int) as most_percent
    from judged
    where line_count > floor_count and 100 * line_count > most_percent * confirmed

)

select * from passed
