-- Every number of every person with a protected identity or address in Extens or IST Administration (PER-1).
-- One row a number (civic_key). A view over the source: who they are is never stored.
-- Change: other flags of protection are added to the conditions of flagged, and to those of stg_extens__protected_ids.

with

person_rows as (

    {{ read_source('extens', 'school', 'person', ['person_id', 'personnummer', 'sekretess']) }}

),

person_numbers as (

    select
        source_system,
        {{ id_key('person_id') }} as person_id,
        {{ civic_key('personnummer') }} as civic_key,
        {{ is_flag_set('sekretess') }} as is_protected
    from person_rows

),

-- A flag that is blank, 0 or N is open, anything else is protected.
flagged as (

    select * from person_numbers where is_protected = 1

),

-- Who has had another number is protected under that one too.
other_numbers as (

    select others.civic_key
    from flagged
    inner join person_numbers as others
        on others.source_system = flagged.source_system
        and others.person_id = flagged.person_id

),

protected_persons as (

    select civic_key from flagged
    union
    select civic_key from other_numbers

)

select civic_key from protected_persons where civic_key is not null
