-- PER-1. Nobody whom the register protects stands in a landing table, in the conformed persons or in the export, by number or by id.
-- One row is a table that holds such a person. It never tells who or how many.
-- It reads the views over the sources that say who is protected, which no customer may replace. The yml of a register's models says which
-- columns name a person (civic_numbers, person_ids). It does not look at the confirmed state: a person who becomes protected stands there
-- until the delete has been sent.
{{ config(meta={
    'what': 'A table of nattsynk holds a person with a protected identity or address.',
    'when': 'The person could reach the receiver, a report or a file. Nothing is sent until this is put right.',
    'how_to_resolve': 'The cut of PER-1 in the landing model of the table has been changed or passed by. Restore models/staging/<system>/landing as delivered, take away what the profile replaces, delete target/ and build again.',
}) }}
with

protected_persons as (

    select civic_key from {{ ref('stg_protected_persons') }}

),

person_numbers as (

    {%- for family in families() %}
    select source_system, person_id, civic_key from {{ ref('stg_' ~ family ~ '__person_numbers') }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}

),

-- By a number that any register protects, or by a flag on the person's own row, with a number or without.
protected_ids as (

    select
        person_numbers.source_system,
        person_numbers.person_id
    from person_numbers
    inner join protected_persons
        on protected_persons.civic_key = person_numbers.civic_key
    union
    select
        source_system,
        person_id
    from {{ ref('stg_protected_rows') }}

),

systems as (

    {{ profile_systems() }}

),

-- All that could give the person away, without dashes: the number, and the register's id or the number under the register's name.
traces as (

    select lower(civic_key) as trace from protected_persons
    union
    select concat(systems.source_system, lower(protected_persons.civic_key)) from protected_persons cross join systems
    union
    select concat(source_system, replace(person_id, '-', '')) from protected_ids where person_id is not null

),

{#- The columns that name a person, written like that person's traces. A register's own id means something only together with its register. -#}
{%- set own_key = 'concat(source_system, person_key)' %}
{%- set table_columns = models_with('civic_numbers') + [
    ('int_persons_identified', ['person_id', own_key, 'civic_key']),
    ('int_persons_conformed', ['person_id', own_key, 'civic_key', 'civic_no']),
    ('int_person_mapping_matched', ['person_id']),
    ('int_verdicts', ['person_id', "case when entity = 'person' then concat(source_system, source_key) end"]),
    ('export_persons', ['person_id', 'civic_no']),
    ('export_enrolments', ['person_id']),
    ('export_duties', ['person_id']),
    ('export_responsibles', ['child_id', 'responsible_id']),
    ('export_group_memberships', ['person_id']),
    ('export_group_staff', ['person_id']),
] %}

held as (

    {%- for model, columns in models_with('person_ids') %}
    {%- for column in columns %}
    select '{{ model }}' as table_name, replace({{ id_key('concat(source_system, ' ~ column ~ ')') }}, '-', '') as trace from {{ ref(model) }}
    union all
    {%- endfor %}
    {%- endfor %}
    {%- for table_name, columns in table_columns %}
    {%- set outer_last = loop.last %}
    {%- for column in columns %}
    select '{{ table_name }}' as table_name, replace({{ id_key(column) }}, '-', '') as trace from {{ ref(table_name) }}
    {{- '\n    union all' if not (outer_last and loop.last) }}
    {%- endfor %}
    {%- endfor %}

),

offenders as (

    select distinct
        held.table_name,
        'protected' as fault
    from held
    inner join traces
        on traces.trace = held.trace

)

select * from offenders
