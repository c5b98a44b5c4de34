-- The rows of the profile's schools.csv with the unit that each names. It is the only way into a receiver's school (SCH-1, SCH-2).
-- One row is a unit and a school form of schools.csv. Key: source_system, unit_id, school_form.
-- Change: the profile's seeds/schools.csv. The unit's own dates in the register decide whether it is open. The setting class_identity
-- class_group concerns registers with class groups alone (seeds/rules/source_systems.csv).

with

systems as (

    {{ profile_systems() }}

),

configured as (

    select
        source_system,
        {{ trimmed('source_school_id') }} as unit_id,
        school_form,
        {{ trimmed('school_id') }} as school_id,
        {{ trimmed('school_name') }} as school_name,
        {{ trimmed('school_unit_code') }} as school_unit_code,
        {{ trimmed('class_identity') }} as class_identity,
        {{ trimmed('mentor_source') }} as mentor_source
    from {{ ref('schools') }}

),

source_systems as (

    select * from {{ ref('source_systems') }}

),

school_forms as (

    select * from {{ ref('school_forms') }}

),

units as (

    select * from {{ ref('int_units_conformed') }} where key_rank = 1

),

joined as (

    select
        configured.source_system,
        systems.source_rank,
        configured.unit_id,
        configured.school_form,
        configured.school_id,
        coalesce(configured.school_name, units.unit_name) as school_name,
        coalesce(configured.school_unit_code, units.school_unit_code) as school_unit_code,
        coalesce(
            configured.class_identity,
            case when {{ setting('class_identity') }} <> 'class_group' or source_systems.has_class_groups = 1 then nullif({{ setting('class_identity') }}, '') end,
            school_forms.class_identity
        ) as class_identity,
        coalesce(configured.mentor_source, {{ setting('mentor_source') }}) as mentor_source,
        school_forms.class_type,
        units.school_form as unit_school_form,
        count(*) over (partition by configured.source_system, configured.unit_id) as unit_rows,
        case when units.unit_id is null then 0 else 1 end as is_in_register,
        case when coalesce(units.is_leavers_unit, 0) = 1 then 1 else 0 end as is_leavers_unit,
        case
            when units.unit_id is null or units.unreadable_columns is not null then 0
            when units.is_leavers_unit = 1 or units.is_in_use = 0 then 0
            when units.has_own_dates = 1 and units.start_date is null then 0
            when units.start_date > {{ sync_date() }} then 0
            when units.closed_from <= {{ sync_date() }} and coalesce(units.closed_until, {{ sync_date() }}) >= {{ sync_date() }} then 0
            else 1
        end as is_open
    from configured
    inner join systems
        on systems.source_system = configured.source_system
    inner join source_systems
        on source_systems.source_system = configured.source_system
    inner join school_forms
        on school_forms.school_form = configured.school_form
    left join units
        on units.source_system = configured.source_system
        and units.unit_id = configured.unit_id

)

select * from joined
