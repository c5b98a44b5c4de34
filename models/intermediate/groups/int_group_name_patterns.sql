-- The pattern of the names of each kind of group, if there is one (NAM-6).
-- One row is a pattern of a source system, a school form and a kind of activity. Key: source_system, school_form, activity_kind,
-- pattern_rank.
-- Change: rows of the profile's seeds/group_name_patterns.csv take precedence over ours in seeds/rules/group_name_defaults.csv.

with

systems as (

    {{ profile_systems() }}

),

school_forms as (

    select school_form from {{ ref('school_forms') }}

),

own_patterns as (

    select
        {{ trimmed('source_system') }} as source_system,
        {{ trimmed('school_form') }} as school_form,
        {{ trimmed('activity_kind') }} as activity_kind,
        {{ trimmed('pattern') }} as pattern
    from {{ ref('group_name_patterns') }}

),

own_ranked as (

    select
        systems.source_system,
        school_forms.school_form,
        own_patterns.activity_kind,
        own_patterns.pattern,
        row_number() over (
            partition by systems.source_system, school_forms.school_form, own_patterns.activity_kind
            order by
                case when own_patterns.school_form is null then 1 else 0 end,
                case when own_patterns.source_system is null then 1 else 0 end,
                {{ exact('own_patterns.pattern') }}
        ) as own_rank
    from systems
    cross join school_forms
    inner join own_patterns
        on coalesce(own_patterns.source_system, systems.source_system) = systems.source_system
        and coalesce(own_patterns.school_form, school_forms.school_form) = school_forms.school_form

),

patterns as (

    select source_system, school_form, activity_kind, pattern, 1 as pattern_rank
    from own_ranked
    where own_rank = 1 and pattern is not null
    union all
    select defaults.source_system, school_forms.school_form, defaults.activity_kind, defaults.pattern, 2
    from {{ ref('group_name_defaults') }} as defaults
    cross join school_forms

)

select * from patterns
