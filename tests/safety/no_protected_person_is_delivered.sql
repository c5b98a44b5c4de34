-- PER-1. Nobody whom the register protects stands in a landing table, in the conformed persons or in the export, by number or by id.
-- A protected number of more than twelve characters is written in a form that we do not read, so it protects nobody: an offence
-- of its own. A shorter one still protects whoever bears the very same.
-- One row a table that holds such a person; who it is, or how many they are, is never said.
-- Reads the sources themselves and stg_protected_persons, not the models that a customer may replace. What the receiver has
-- confirmed is not looked at: a person that becomes protected stands there until the delete has been sent.
{{ config(meta={
    'what': 'A table of nattsynk holds a person with a protected identity or address, or the register protects a number in a form that nattsynk does not read.',
    'when': 'The person could reach the receiver, a report or a file. Nothing is sent until this is put right.',
    'how_to_resolve': 'Where the table is the register: put right the number, 12 digits, of each row with a flag of protection there. Else: the cut of PER-1 in the landing model of the table has been changed or passed by. Restore models/staging/<system>/landing as delivered, take away what the profile replaces, delete target/ and build again.',
}) }}
with

protected_persons as (

    select civic_key from {{ ref('stg_protected_persons') }}

),

{%- set table_columns = [
    ('land_procapita__ki0v0fol', ['civic_key']),
    ('land_procapita__kj1v0per', ['civic_key', 'personguid', 'guardian1_key', 'guardian2_key']),
    ('land_procapita__kj1v0kla', ['mentor_key']),
    ('land_procapita__kj1v0plk', ['civic_key', 'mentor_key']),
    ('land_procapita__kj1v0grm', ['civic_key']),
    ('land_procapita__kj1v0ans', ['civic_key']),
    ('land_procapita__kj1v0akt', ['civic_key']),
    ('land_procapita__known_persons', ['civic_key', 'person_key']),
    ('int_persons_conformed', ['person_id', 'civic_key', 'civic_no']),
    ('int_person_mapping_matched', ['person_id']),
    ('int_verdicts', ['person_id', 'source_key']),
    ('export_persons', ['person_id', 'civic_no']),
    ('export_enrolments', ['person_id']),
    ('export_duties', ['person_id']),
    ('export_responsibles', ['child_id', 'responsible_id']),
    ('export_group_memberships', ['person_id']),
    ('export_group_staff', ['person_id']),
] %}

person_rows as (

    {{ read_source('procapita', 'school', 'kj1v0per', ['personnr', 'personguid']) }}

),

protected_rows as (

    select person_rows.source_system, person_rows.personguid, protected_persons.civic_key
    from person_rows
    inner join protected_persons
        on protected_persons.civic_key = {{ civic_key('person_rows.personnr') }}

),

-- All that could give the person away, without dashes: the number, the id, and our id made of either.
traces as (

    select lower(civic_key) as trace from protected_persons
    union
    select concat(source_system, lower(civic_key)) from protected_rows
    union
    select lower(replace(personguid, '-', '')) from protected_rows where personguid is not null
    union
    select concat(source_system, lower(replace(personguid, '-', ''))) from protected_rows where personguid is not null

),

held as (

    {%- for table_name, columns in table_columns %}
    {%- set outer_last = loop.last %}
    {%- for column in columns %}
    select '{{ table_name }}' as table_name, lower(replace({{ column }}, '-', '')) as trace from {{ ref(table_name) }}
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
    union
    select
        'the register',
        'unreadable number'
    from protected_persons
    where len(civic_key) > 12

)

select * from offenders
