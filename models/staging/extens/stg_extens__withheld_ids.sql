-- The ids of a protected person's guardians, children and co-guardians. Their address would give the protected person away.
-- One row is an id of a relative. Key: source_system, person_id. A view over the source: who is protected is never stored.
-- Change: the setting withhold_relatives_address decides whether it is used.

with

relations as (

    {{ read_source('extens', 'school', 'samband', ['person_id', 'samband_person_id', 'sambandstyp']) }}

),

protected_ids as (

    select * from {{ ref('stg_extens__protected_ids') }}

),

-- A child and its guardians are a family.
members as (

    select
        source_system,
        {{ id_key('person_id') }} as child_id,
        {{ id_key('samband_person_id') }} as person_id
    from relations
    where upper(sambandstyp) = 'H'
    union
    select
        source_system,
        {{ id_key('person_id') }},
        {{ id_key('person_id') }}
    from relations
    where upper(sambandstyp) = 'H'

),

protected_families as (

    select distinct
        members.source_system,
        members.child_id
    from members
    inner join protected_ids
        on protected_ids.source_system = members.source_system
        and protected_ids.person_id = members.person_id

),

withheld as (

    select distinct
        members.source_system,
        members.person_id
    from members
    inner join protected_families
        on protected_families.source_system = members.source_system
        and protected_families.child_id = members.child_id
    where members.person_id is not null

)

select * from withheld
