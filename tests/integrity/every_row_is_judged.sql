-- As many rows of the register as were landed are judged, each once: nothing is dropped without a verdict (DQ-2).
-- One row an entity that differs. An employment has a verdict at each school that its unit feeds and is counted once.
{{ config(meta={
    'what': 'Rows were read that got no verdict, or more than one.',
    'when': 'Somebody could be missing at the receiver without a reason in any report.',
    'how_to_resolve': 'Compare the entity in its conformed and its judged model (models/intermediate): a join there drops or doubles rows, often by a key that a replaced model or a seed holds twice.',
}) }}
with

rows_in as (

    select 'school' as entity, count(*) as row_count from {{ ref('land_procapita__kj1v0enh') }}
    union all
    select 'person', count(*) from {{ ref('land_procapita__kj1v0per') }}
    union all
    select 'enrolment', count(*) from {{ ref('land_procapita__kj1v0plk') }}
    union all
    select 'duty', count(*) from {{ ref('land_procapita__kj1v0ans') }}
    union all
    select 'responsible', count(*) from {{ ref('stg_procapita__responsibles') }}
    union all
    select 'class', count(*) from {{ ref('land_procapita__kj1v0kla') }}
    union all
    select 'group', count(*) from {{ ref('land_procapita__kj1v0grp') }}
    union all
    select 'membership', count(*) from {{ ref('land_procapita__kj1v0grm') }}
    union all
    select 'membership', count(*) from {{ ref('land_procapita__kj1v0plk') }} where klasslnr is not null
    union all
    select 'staff', count(*) from {{ ref('land_procapita__kj1v0akt') }}

),

rows_judged as (

    select 'school' as entity, count(distinct unit_row) as row_count, count(*) as verdicts from {{ ref('int_units_judged') }}
    union all
    select 'person', sum(source_rows), sum(source_rows) + count(*) - count(distinct person_row) from {{ ref('int_persons_judged') }}
    union all
    select 'enrolment', count(distinct placement_row), count(*) from {{ ref('int_placements_judged') }}
    union all
    select 'duty', count(distinct employment_row), count(distinct employment_row) + count(*) - count(distinct duty_row) from {{ ref('int_employments_judged') }}
    union all
    select 'responsible', count(distinct responsible_row), count(*) from {{ ref('int_responsibles_judged') }}
    union all
    select case when group_kind = 'class' then 'class' else 'group' end, count(distinct group_row), count(*)
    from {{ ref('int_groups_judged') }}
    group by case when group_kind = 'class' then 'class' else 'group' end
    union all
    select 'membership', count(distinct membership_row), count(*) from {{ ref('int_memberships_judged') }}
    union all
    select 'staff', count(distinct activity_row), count(*) from {{ ref('int_activities_judged') }}

),

landed as (

    select entity, sum(row_count) as row_count from rows_in group by entity

),

offenders as (

    select
        landed.entity,
        landed.row_count as rows_in,
        coalesce(rows_judged.row_count, 0) as rows_judged,
        coalesce(rows_judged.verdicts, 0) as verdicts
    from landed
    left join rows_judged
        on rows_judged.entity = landed.entity
    where landed.row_count <> coalesce(rows_judged.row_count, 0)
        or landed.row_count <> coalesce(rows_judged.verdicts, 0)

)

select * from offenders
