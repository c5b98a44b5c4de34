{#- Every statement of create_delivery_tables, in order: the schema, two tables for each entity, the ledger. The types are those of
    vars.columns in dbt_project.yml. -#}
{% macro delivery_tables_sql() -%}
{%- set schema = target.schema ~ '_delivery' -%}
{%- set statements = [create_schema_if_missing(schema)] -%}

{%- for entity in delivered_entities() -%}
    {%- set planned = ['sequence int not null', 'line_no int not null', 'operation nvarchar(10) not null', 'changed nvarchar(1000)', 'mode nvarchar(10)'] -%}
    {%- set delivered = [] -%}
    {%- for policy in entity.policies -%}
        {%- do planned.append(policy ~ ' nvarchar(1000)') -%}
    {%- endfor -%}
    {%- for column in entity.columns -%}
        {%- do planned.append(column ~ ' ' ~ var('columns')[column]) -%}
        {%- if not column.startswith('previous_') -%}
            {%- do delivered.append(column ~ ' ' ~ var('columns')[column] ~ (' not null' if column in entity.key else '')) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do statements.extend(state_table(schema ~ '.delivered_' ~ entity.plural, delivered, entity.key)) -%}
    {%- do statements.extend(state_table(schema ~ '.planned_' ~ entity.plural, planned, ['sequence', 'line_no'])) -%}
{%- endfor -%}

{#- Persons who have left but whom the receiver keeps. If a register comes to protect one, the person is erased there too (PER-2).
    erasure: how far a mass protection has come with the person (PER-15). Null if there was none. `hide`: the receiver is told to hide the person.
    `hidden`: it has, and the erase waits for an approval. `approved`: the erase is sent. hidden_on: the sync date of that night. -#}
{%- do statements.extend(state_table(schema ~ '.kept_persons', [
    'person_id ' ~ var('columns')['person_id'] ~ ' not null',
    'civic_no ' ~ var('columns')['civic_no'],
    'since datetime not null',
    'erasure nvarchar(10)',
    'hidden_on date',
], ['person_id'])) -%}

{%- do statements.extend(state_table(schema ~ '.builds', [
    'build_id nvarchar(40) not null',
    'build_no int not null unique',
    'sync_date date not null',
    'fingerprint nvarchar(64) not null',
    'status nvarchar(10) not null',
    'options nvarchar(200)',
    'created_at datetime not null',
    'finished_at datetime',
    'register_persons int',
    'register_covered int',
], ['build_id'])) -%}

{#- How many rows each landing table had. If a table is empty and was not before, its extract is broken. -#}
{%- do statements.extend(state_table(schema ~ '.build_tables', [
    'build_id nvarchar(40) not null',
    'table_name nvarchar(100) not null',
    'row_count int not null',
], ['build_id', 'table_name'])) -%}

{%- do statements.extend(state_table(schema ~ '.deliveries', [
    'sequence int not null',
    'lane nvarchar(20) not null',
    'mode nvarchar(10) not null',
    'state nvarchar(10) not null',
    'base_sequence int not null',
    'base_version nvarchar(64) not null',
    'target_version nvarchar(64) not null',
    'plan_digest nvarchar(64) not null',
    'line_count int not null',
    'counts nvarchar(4000) not null',
    'person_removal nvarchar(10) not null',
    'group_removal nvarchar(10) not null',
    'sync_date date not null',
    'build_id nvarchar(40) not null',
    'open_key nvarchar(64) not null',
    'commit_key nvarchar(64) not null',
    'delta_id nvarchar(200)',
    'approved_by nvarchar(200)',
    'approved_until datetime',
    'applied int',
    'unchanged int',
    'rejected int',
    'note nvarchar(1000)',
    'erased_persons int',
    'created_at datetime not null',
    'changed_at datetime not null',
], ['sequence'])) -%}

{%- do statements.extend(state_table(schema ~ '.delivery_parts', [
    'sequence int not null',
    'part int not null',
    'first_line int not null',
    'last_line int not null',
    'length int not null',
    'sha256 nvarchar(64) not null',
    'stored_at datetime',
], ['sequence', 'part'])) -%}

{%- do statements.extend(state_table(schema ~ '.rejected_lines', [
    'sequence int not null',
    'line_no int not null',
    'problem_type nvarchar(200) not null',
    'pointer nvarchar(200)',
], ['sequence', 'line_no'])) -%}

{%- do statements.extend(state_table(schema ~ '.owed_records', [
    'entity nvarchar(20) not null',
    'record_key nvarchar(400) not null',
    'operation nvarchar(10) not null',
    'problem_type nvarchar(200) not null',
    'pointer nvarchar(200)',
    'sequence int not null',
    'created_at datetime not null',
], ['entity', 'record_key'])) -%}

{#- While a delivery is planned: the records that others must wait for, and the new records that wait themselves. -#}
{%- do statements.extend(state_table(schema ~ '.waiting_records', [
    'entity nvarchar(20) not null',
    'record_key nvarchar(200) not null',
    'is_held int not null',
], ['entity', 'record_key'])) -%}

{#- How much the receiver had when a hold began. Deletes already sent do not lower the limit for deletes still held. A blank school_id means all schools. -#}
{%- do statements.extend(state_table(schema ~ '.held_bases', [
    'entity nvarchar(20) not null',
    'school_id ' ~ var('columns')['school_id'] ~ ' not null',
    'confirmed_count int not null',
], ['entity', 'school_id'])) -%}

{#- What the state belongs to and what its receiver can do. One row is a name: environment, receiver_hides. -#}
{%- do statements.extend(state_table(schema ~ '.state_marks', [
    'name nvarchar(20) not null',
    'value nvarchar(200) not null',
], ['name'])) -%}

{{ return(statements) }}
{%- endmacro %}
