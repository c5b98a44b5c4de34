-- WIN. Each listed source, school form and entity has its days before and after. Without a row the window would silently be 0 and 0.
-- One row is a combination without a window.
{{ config(meta={
    'what': 'A source, school form and entity has no window.',
    'when': 'Its rows would be read without the days before and after that the rule set means them to have.',
    'how_to_resolve': 'Add the row to the profile\'s seeds/sync_windows.csv (school_form, entity, days_before, days_after), or to seeds/rules/rule_set_windows.csv.',
}) }}
with

systems as (

    {{ profile_systems() }}

),

school_forms as (

    select school_form from {{ ref('school_forms') }}

),

entities as (

    select distinct entity from {{ ref('rule_set_windows') }}

),

windows as (

    select * from {{ ref('int_windows') }}

),

offenders as (

    select
        systems.source_system,
        school_forms.school_form,
        entities.entity
    from systems
    cross join school_forms
    cross join entities
    left join windows
        on windows.source_system = systems.source_system
        and windows.school_form = school_forms.school_form
        and windows.entity = entities.entity
    where windows.days_before is null
        or windows.days_after is null

)

select * from offenders
