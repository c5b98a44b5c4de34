-- How many rows were read, delivered and left out, and what changes tonight, by school and entity. Erased records are not counted (PER-2).
-- One row is a school and an entity. Key: school_id, entity. Several candidate rows can make one delivered record.
-- Change: nothing here.

with

verdicts as (

    select
        school_id,
        case when entity = 'class' then 'group' else entity end as entity,
        count(*) as candidates,
        sum(case when reason_code is not null then 1 else 0 end) as excluded
    from {{ ref('int_verdicts') }}
    group by school_id, case when entity = 'class' then 'group' else entity end

),

exported as (

    select school_id, 'school' as entity from {{ ref('export_schools') }}
    union all
    select {{ typed('null', 'school_id') }}, 'person' from {{ ref('export_persons') }}
    union all
    select school_id, 'enrolment' from {{ ref('export_enrolments') }}
    union all
    select school_id, 'duty' from {{ ref('export_duties') }}
    union all
    select {{ typed('null', 'school_id') }}, 'responsible' from {{ ref('export_responsibles') }}
    union all
    select school_id, 'group' from {{ ref('export_groups') }}
    union all
    select school_id, 'membership' from {{ ref('int_memberships_merged') }}
    union all
    select school_id, 'staff' from {{ ref('int_group_staff_merged') }}

),

exported_counts as (

    select school_id, entity, count(*) as exported from exported group by school_id, entity

),

change_counts as (

    select
        school_id,
        entity,
        sum(case when operation = 'create' then 1 else 0 end) as created,
        sum(case when operation in ('update', 'rekey') then 1 else 0 end) as updated,
        sum(case when operation = 'delete' then 1 else 0 end) as deleted
    from {{ ref('delta_changes_told') }}
    group by school_id, entity

),

counted as (

    select school_id, entity, candidates, 0 as exported, excluded, 0 as created, 0 as updated, 0 as deleted from verdicts
    union all
    select school_id, entity, 0, exported, 0, 0, 0, 0 from exported_counts
    union all
    select school_id, entity, 0, 0, 0, created, updated, deleted from change_counts

),

summed as (

    select
        {{ typed('school_id', 'school_id') }},
        {{ typed('entity', 'entity') }},
        sum(candidates) as candidates,
        sum(exported) as exported,
        sum(excluded) as excluded,
        sum(created) as created,
        sum(updated) as updated,
        sum(deleted) as deleted
    from counted
    group by school_id, entity

)

select * from summed
