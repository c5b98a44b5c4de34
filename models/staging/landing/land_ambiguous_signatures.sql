-- The signatures that different persons have at one receiver's school. A link by such a signature could name the wrong one (EMP-3).
-- One row is a signature at a receiver's school. Key: school_id, signature. It is decided over everybody with an active employment,
-- protected persons too. Only signatures that a readable person has are stored, and never who has them. The dead have no signature. A
-- protected person counts as alive, because nothing is known of the person.
-- Change: the windows and the settings employment_active_statuses, employment_end_by and activity_end_strict decide what makes an
-- employment active.

with

holders as (

    {{ union_staging('signature_holders') }}

),

readable_signatures as (

    select * from {{ ref('stg_readable_signatures') }}

),

persons as (

    select * from {{ ref('int_persons_identified') }}

),

-- A person who is dead in one register is dead in all.
deceased as (

    select distinct persons.source_system, persons.person_key, persons.civic_key
    from persons
    left join persons as others
        on others.person_id = persons.person_id
        and others.is_deceased = 1
    where persons.is_deceased = 1 or others.person_id is not null

),

configured as (

    select * from {{ ref('int_schools_configured') }} where is_open = 1

),

windows as (

    select * from {{ ref('int_windows') }}

),

located as (

    select
        configured.school_id,
        holders.source_system,
        holders.person_key,
        -- An invalid number does not make two rows one person.
        case
            when len(holders.civic_key) = 12 and {{ has_only_digits('holders.civic_key') }} = 1 and {{ exact('holders.civic_key') }} >= '1800'
                and ({{ civic_no_check_sum('holders.civic_key') }}) % 10 = 0
                then holders.civic_key
        end as civic_key,
        holders.signature,
        holders.start_date,
        case when {{ setting('employment_end_by') }} <> 'status' or holders.employment_status is null then holders.end_date end as end_date,
        windows.days_before,
        windows.days_after,
        case when holders.window_entity = 'staff_group' then {{ setting('activity_end_strict') }} else 0 end as is_end_strict
    from holders
    inner join configured
        on configured.source_system = holders.source_system
        and configured.unit_id = holders.unit_id
    inner join windows
        on windows.source_system = configured.source_system
        and windows.school_form = configured.school_form
        and windows.entity = holders.window_entity
    where holders.is_in_email_register = 1
        and (
            {{ setting('employment_end_by') }} = 'date'
            or holders.employment_status is null
            or upper(holders.employment_status) in {{ setting_list('employment_active_statuses') }}
        )
        and not exists (
            select 1
            from deceased
            where ({{ is_same_id('deceased', 'person_key', 'holders', 'person_key') }})
                or (holders.person_key is null and deceased.source_system = holders.source_system and deceased.civic_key = holders.civic_key)
        )

),

active as (

    select *
    from located
    where {{ window_reason('employment', 'start_date', 'end_date', 'days_before', 'days_after', 'is_end_strict') }} is null

),

ambiguous as (

    select
        active.school_id,
        {{ first_text('active.signature') }} as signature
    from active
    inner join active as others
        on others.school_id = active.school_id
        and {{ exact('others.signature') }} = {{ exact('active.signature') }}
    where case
            when others.source_system = active.source_system and others.person_key = active.person_key then 1
            when others.civic_key = active.civic_key then 1
            else 0
        end = 0
        and exists (
            select 1 from readable_signatures where {{ exact('readable_signatures.signature') }} = {{ exact('active.signature') }}
        )
    group by active.school_id, {{ exact('active.signature') }}

)

select * from ambiguous
