-- Every code of the register for a school form, for a kind of group and for active has a row in a seed.
-- One row is a code that no seed has, with how many rows have it.
{{ config(severity='warn', meta={
    'what': 'The register has a code that no seed maps.',
    'when': 'Its rows are not read: a group of unknown kind, an unknown code for active or status, a school form that is none of ours.',
    'how_to_resolve': 'Correct the code in the register. If it is right there, nattsynk has to learn it: report it, its row belongs in seeds/rules (school_form_codes.csv, group_kind_codes.csv, active_codes.csv).',
}) }}
with

unmapped as (

    select 'school form' as kind, source_system, school_form_code as code
    from {{ ref('int_units_conformed') }}
    where school_form_code is not null and school_form is null
    union all
    select 'school form', source_system, school_form_code
    from {{ ref('int_classes_conformed') }}
    where school_form_code is not null and school_form is null
    union all
    select 'school form', source_system, school_form_code
    from {{ ref('int_groups_conformed') }}
    where school_form_code is not null and school_form is null
    union all
    select 'school form', source_system, school_form_code
    from {{ ref('int_placements_conformed') }}
    where school_form_code is not null and school_form is null
    union all
    select 'kind of group', source_system, group_kind_code
    from {{ ref('int_groups_conformed') }}
    where group_kind = 'unknown'
    union all
    select 'active', source_system, unknown_active_code
    from {{ ref('int_group_memberships_conformed') }}
    where unknown_active_code is not null
    union all
    select 'active', source_system, unknown_active_code
    from {{ ref('int_placements_conformed') }}
    where unknown_active_code is not null
    union all
    select 'status of an employment', source_system, employment_status
    from {{ ref('int_employments_conformed') }}
    where is_status_known = 0

),

counted as (

    select kind, source_system, code, count(*) as rows_with_it
    from unmapped
    group by kind, source_system, code

)

select * from counted
