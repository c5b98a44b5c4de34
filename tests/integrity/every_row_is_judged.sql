-- Every landed row of the register is judged, and judged once: nothing is dropped without a verdict (DQ-2).
-- One row is an entity that differs. Some rows have several verdicts and are counted once: an employment (one for each school that its unit
-- feeds), a row that names the class of a class group (one for each such group), and a group of TED (one for each part). Groups that
-- activities or mentor fields make are no rows of the register.
{{ config(meta={
    'what': 'Rows were read that got no verdict, or more than one.',
    'when': 'Somebody could be missing at the receiver without a reason in any report.',
    'how_to_resolve': 'Compare the entity in its conformed and its judged model (models/intermediate): a join there drops or doubles rows, often by a key that a replaced model or a seed holds twice.',
}) }}
with

rows_in as (

    {%- set landed = {
        'procapita': [
            ('school', 'stg_procapita__units', ''),
            ('person', 'land_procapita__kj1v0per', ''),
            ('person', 'land_procapita__kjgv0per', ''),
            ('enrolment', 'land_procapita__kj1v0plk', ''),
            ('enrolment', 'land_procapita__kjgp0ekl', ''),
            ('duty', 'land_procapita__kj1v0ans', ''),
            ('duty', 'land_procapita__kjgp0pak', ''),
            ('responsible', 'stg_procapita__responsibles', ''),
            ('class', 'land_procapita__kj1v0kla', ''),
            ('class', 'land_procapita__kjgp0kla', ''),
            ('group', 'land_procapita__kj1v0grp', ''),
            ('group', 'land_procapita__kjgp0grp', ''),
            ('membership', 'land_procapita__kj1v0grm', ''),
            ('membership', 'land_procapita__kjgp0evg', ''),
            ('membership', 'land_procapita__kj1v0plk', 'where klasslnr is not null'),
            ('membership', 'land_procapita__kjgp0ekl', 'where skolenhet is not null and klass is not null'),
            ('staff', 'land_procapita__kj1v0akt', ''),
            ('staff', 'land_procapita__kjgp0pak', ''),
        ],
        'extens': [
            ('school', 'land_extens__skolenhet', ''),
            ('person', 'land_extens__person', ''),
            ('enrolment', 'land_extens__elevplacering', ''),
            ('enrolment', 'land_extens__klassplacering', ''),
            ('duty', 'land_extens__personal', ''),
            ('responsible', 'stg_extens__responsibles', ''),
            ('class', 'land_extens__klass', ''),
            ('group', 'land_extens__undervisningsgrupp', ''),
            ('group', 'land_extens__mentorsgrupp', ''),
            ('membership', 'land_extens__klassplacering', 'where klass_id is not null'),
            ('membership', 'land_extens__elevaktivitet', ''),
            ('membership', 'land_extens__mentorsgrupp_medlem', "where coalesce(upper(roll), '') <> 'MENTOR'"),
            ('staff', 'stg_extens__activities', ''),
        ],
    } %}
    {%- for family in families() %}
    {%- set outer_last = loop.last %}
    {%- for entity, table_name, condition in landed[family] %}
    select '{{ entity }}' as entity, count(*) as row_count from {{ ref(table_name) }} {{ condition }}
    {{- '\n    union all' if not (outer_last and loop.last) }}
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
