-- PER-1. Nobody whom the register protects stands in a landing table, in the conformed persons or in the export, by number or by id.
-- One row is a table that holds such a person. It never tells who or how many.
-- It reads the sources and stg_protected_persons, not the models that a customer may replace. It does not look at the confirmed state:
-- a person who becomes protected stands there until the delete has been sent.
{{ config(meta={
    'what': 'A table of nattsynk holds a person with a protected identity or address.',
    'when': 'The person could reach the receiver, a report or a file. Nothing is sent until this is put right.',
    'how_to_resolve': 'The cut of PER-1 in the landing model of the table has been changed or passed by. Restore models/staging/<system>/landing as delivered, take away what the profile replaces, delete target/ and build again.',
}) }}
with

protected_persons as (

    select civic_key from {{ ref('stg_protected_persons') }}

),

{#- A register's own id means something only together with its register. -#}
{%- set own_key = 'concat(source_system, person_key)' %}
{%- set mentor_key = 'concat(source_system, mentor_key)' %}
{%- set table_columns = [
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
{%- if 'procapita' in families() %}
{%- set table_columns = [
    ('land_procapita__ki0v0fol', ['civic_key']),
    ('land_procapita__kj1v0per', ['civic_key', 'concat(source_system, personguid)', 'guardian1_key', 'guardian2_key']),
    ('land_procapita__kj1v0kla', ['mentor_key']),
    ('land_procapita__kj1v0plk', ['civic_key', 'mentor_key']),
    ('land_procapita__kj1v0grm', ['civic_key']),
    ('land_procapita__kj1v0ans', ['civic_key']),
    ('land_procapita__kj1v0akt', ['civic_key']),
    ('land_procapita__kjgv0per', ['civic_key', 'concat(source_system, personguid)', 'guardian1_key', 'guardian2_key']),
    ('land_procapita__kjgp0kla', ['mentor_key']),
    ('land_procapita__kjgp0ekl', ['civic_key']),
    ('land_procapita__kjgp0evg', ['civic_key']),
    ('land_procapita__kjgp0pak', ['civic_key']),
    ('land_procapita__known_persons', ['civic_key', own_key]),
] + table_columns %}

procapita_school_rows as (

    {{ read_source('procapita', 'school', 'kj1v0per', ['personnr', 'personguid']) }}

),

procapita_gymnasium_rows as (

    {{ read_source('procapita', 'gymnasium', 'kjgv0per', ['personnr', 'personguid']) }}

),

procapita_rows as (

    select * from procapita_school_rows
    union all
    select * from procapita_gymnasium_rows

),

procapita_protected as (

    select
        procapita_rows.source_system,
        procapita_rows.personguid as person_key,
        protected_persons.civic_key
    from procapita_rows
    inner join protected_persons
        on protected_persons.civic_key = {{ civic_key('procapita_rows.personnr') }}

),
{%- endif %}
{%- if 'extens' in families() %}
{%- set table_columns = [
    ('land_extens__person', [own_key, 'civic_key']),
    ('land_extens__register_epost', [own_key]),
    ('land_extens__elevplacering', [own_key]),
    ('land_extens__klass', [mentor_key]),
    ('land_extens__klassplacering', [own_key, mentor_key]),
    ('land_extens__elevaktivitet', [own_key]),
    ('land_extens__personal', [own_key]),
    ('land_extens__samband', [own_key, 'concat(source_system, samband_person_key)']),
    ('land_extens__mentorsgrupp_medlem', [own_key]),
    ('land_extens__known_persons', [own_key]),
] + table_columns %}

extens_rows as (

    {{ read_source('extens', 'school', 'person', ['person_id', 'personnummer', 'sekretess']) }}

),

-- Protected by its own flag, with a number or without, or by its number in any register.
extens_protected as (

    select
        extens_rows.source_system,
        extens_rows.person_id as person_key,
        {{ civic_key('extens_rows.personnummer') }} as civic_key
    from extens_rows
    where {{ exact("coalesce(upper(extens_rows.sekretess), 'N')") }} not in ('N', '0')
        or exists (
            select 1 from protected_persons where protected_persons.civic_key = {{ civic_key('extens_rows.personnummer') }}
        )

),
{%- endif %}

protected_rows as (

    {%- for family in families() %}
    select source_system, person_key, civic_key from {{ family }}_protected
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}

),

-- All that could give the person away, without dashes: the number, and the register's id or the number under the register's name.
traces as (

    select lower(civic_key) as trace from protected_persons
    union
    select concat(source_system, lower(civic_key)) from protected_rows where civic_key is not null
    union
    select concat(source_system, replace({{ id_key('person_key') }}, '-', '')) from protected_rows where {{ id_key('person_key') }} is not null

),

held as (

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
