-- The ids of protected persons in Extens and IST Administration: flagged there, or bearing a number that any register protects (PER-1).
-- One row a source system and id as it is compared (source_system, person_id). A view over the source: who they are is never stored.
-- Change: other flags of protection are added to the condition, and to stg_extens__protected_persons.

with

person_rows as (

    {{ read_source('extens', 'school', 'person', ['person_id', 'personnummer', 'sekretess']) }}

),

keyed as (

    select
        source_system,
        {{ id_key('person_id') }} as person_id,
        {{ civic_key('personnummer') }} as civic_key,
        {{ is_flag_set('sekretess') }} as is_protected
    from person_rows
    where person_id is not null

),

protected_ids as (

    select distinct
        source_system,
        person_id
    from keyed
    where is_protected = 1 or not ({{ is_open_person('keyed.civic_key') }})

)

select * from protected_ids
