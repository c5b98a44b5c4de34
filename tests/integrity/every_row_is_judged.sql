-- Every landed row of the register is judged, and judged once: nothing is dropped without a verdict (DQ-2).
-- One row is an entity that differs. Some rows have several verdicts and are counted once: an employment (one for each school that its unit
-- feeds), a row that names the class of a class group (one for each such group), and a group of TED (one for each part). Groups that
-- activities or mentor fields make are no rows of the register.
-- The yml of a model says as what its rows are judged (judged_as).
{{ config(meta={
    'what': 'Rows were read that got no verdict, or more than one.',
    'when': 'Somebody could be missing at the receiver without a reason in any report.',
    'how_to_resolve': 'Compare the entity in its conformed and its judged model (models/intermediate): a join there drops or doubles rows, often by a key that a replaced model or a seed holds twice.',
}) }}
with

rows_in as (

    {%- for model, judged_as in models_with('judged_as') %}
    {{- '\n    union all' if not loop.first }}
    {%- for entity, rows in judged_as.items() %}
    select '{{ entity }}' as entity, count(*) as row_count from {{ ref(model) }}{{ ' where ' ~ rows if rows != 'all' }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
    {%- endfor %}

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
    select case when group_kind = 'class' then 'class' else 'group' end, count(distinct register_row), count(distinct register_row) + count(*) - count(distinct group_row)
    from {{ ref('int_groups_judged') }}
    where register_row is not null
    group by case when group_kind = 'class' then 'class' else 'group' end
    union all
    select 'membership', count(distinct concat(origin, register_row)), count(distinct concat(origin, register_row)) + count(*) - count(distinct membership_row)
    from {{ ref('int_memberships_judged') }}
    where origin <> 'mentor'
    union all
    select 'staff', count(distinct register_row), count(distinct register_row) + count(*) - count(distinct activity_row)
    from {{ ref('int_activities_judged') }}
    where register_row is not null

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
