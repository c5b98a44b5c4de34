-- WIN. How many days before its start and after its end a row counts, for each source, school form and entity.
-- One row is a source system, a school form and an entity. Key: source_system, school_form, entity.
-- Change: rows of the profile's seeds/sync_windows.csv take precedence over those of the rule set in seeds/rules/rule_set_windows.csv.

with

systems as (

    {{ profile_systems() }}

),

school_forms as (

    select * from {{ ref('school_forms') }}

),

entities as (

    select distinct entity from {{ ref('rule_set_windows') }}

),

windows as (

    select
        1 as origin_rank,
        {{ trimmed('source_system') }} as source_system,
        {{ trimmed('school_form') }} as school_form,
        entity,
        days_before,
        days_after
    from {{ ref('sync_windows') }}
    union all
    select
        2,
        {{ typed('null', 'source_system') }},
        {{ trimmed('school_form') }},
        entity,
        days_before,
        days_after
    from {{ ref('rule_set_windows') }}
    where rule_set = {{ setting('rule_set') }}

),

wanted as (

    select
        systems.source_system,
        school_forms.school_form,
        entities.entity,
        case
            when entities.entity in ('group', 'student_group', 'staff_group') then school_forms.group_window_family
            else school_forms.window_family
        end as window_family
    from systems
    cross join school_forms
    cross join entities

),

-- If staff of a group have no window of their own, they have the group's.
ranked as (

    select
        wanted.source_system,
        wanted.school_form,
        wanted.entity,
        windows.days_before,
        windows.days_after,
        row_number() over (
            partition by wanted.source_system, wanted.school_form, wanted.entity
            order by
                case when windows.entity = wanted.entity then 0 else 1 end,
                windows.origin_rank,
                case when windows.school_form = wanted.school_form then 0 when windows.school_form = wanted.window_family then 1 else 2 end,
                case when windows.source_system is not null then 0 else 1 end
        ) as window_rank
    from wanted
    inner join windows
        on (windows.entity = wanted.entity or (wanted.entity = 'staff_group' and windows.entity = 'group'))
        and (windows.school_form is null or windows.school_form = wanted.school_form or windows.school_form = wanted.window_family)
        and (windows.source_system is null or windows.source_system = wanted.source_system)

),

decided as (

    select
        source_system,
        school_form,
        entity,
        days_before,
        days_after
    from ranked
    where window_rank = 1

)

select * from decided
