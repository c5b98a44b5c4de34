-- What staff do in classes and groups, in the columns of int_activities_conformed.
-- One row is a row of kj1v0akt or kjgp0pak. No key: the register may repeat an id. An activity that names a class and a group means the
-- group.
-- Change: the link source of the tables is named here.

with

source_rows as (

    select * from {{ ref('land_procapita__kj1v0akt') }}

),

gymnasium_rows as (

    select * from {{ ref('land_procapita__kjgp0pak') }}

),

persons as (

    select * from {{ ref('land_procapita__known_persons') }}

),

conformed as (

    select
        source_rows.source_system,
        source_rows.aktlnr as activity_key,
        staff.person_key,
        case when staff.is_number_ambiguous = 1 then 'personnr' end as ambiguous_column,
        source_rows.enhkod as unit_id,
        case when source_rows.grupplnr is null then source_rows.klasslnr end as class_key,
        source_rows.grupplnr as group_key,
        cast(null as nvarchar(200)) as mentor_group_key,
        source_rows.amneskod as subject_code,
        source_rows.kurskod as course_code,
        source_rows.ovrigt as marker_text,
        cast(null as nvarchar(100)) as signature,
        0 as is_by_signature,
        'aktivitet' as link_source,
        1 as has_own_dates,
        'blank' as active_code,
        {{ read_date('source_rows.fromdat') }} as start_date,
        {{ read_end_date('source_rows.tomdat') }} as end_date,
        {{ unreadable_dates(['fromdat', 'tomdat']) }} as unreadable_columns
    from source_rows
    left join persons as staff
        on staff.source_system = source_rows.source_system
        and staff.civic_key = source_rows.civic_key
    union all
    select
        gymnasium_rows.source_system,
        {{ joined_key(['skolenhet', 'skolform', 'coalesce(grupp, klass)', 'kurskod', 'period', 'staff.person_key'], ['skolenhet']) }},
        staff.person_key,
        case when staff.is_number_ambiguous = 1 then 'personnr' end,
        gymnasium_rows.skolenhet,
        case when gymnasium_rows.grupp is null then {{ joined_key(['skolenhet', 'skolform', 'klass'], ['skolenhet', 'klass']) }} end,
        {{ joined_key(['skolenhet', 'skolform', 'grupp', 'period'], ['skolenhet', 'grupp']) }},
        cast(null as nvarchar(200)) as mentor_group_key,
        {{ typed('null', 'subject_code') }},
        gymnasium_rows.kurskod,
        gymnasium_rows.ovrigt,
        gymnasium_rows.signatur,
        0,
        'aktivitet',
        1,
        'blank',
        {{ read_date('gymnasium_rows.fromdat') }},
        {{ read_end_date('gymnasium_rows.tomdat') }},
        {{ unreadable_dates(['fromdat', 'tomdat']) }}
    from gymnasium_rows
    left join persons as staff
        on staff.source_system = gymnasium_rows.source_system
        and staff.civic_key = gymnasium_rows.civic_key

)

select * from conformed
