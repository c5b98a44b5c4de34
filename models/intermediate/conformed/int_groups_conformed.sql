-- The teaching groups and mentor groups of all registers of the profile.
-- One row is a group row of a register. Key: group_row. If several rows have the same key, one has key_rank 1.
-- Change: codes of kinds in seeds/rules/group_kind_codes.csv, of school forms in seeds/rules/school_form_codes.csv.

with

groups as (

    {{ union_staging('groups') }}

),

form_codes as (

    select * from {{ ref('school_form_codes') }}

),

kind_codes as (

    select * from {{ ref('group_kind_codes') }}

),

conformed as (

    select
        row_number() over (order by {{ exact('groups.source_system') }}, {{ exact('groups.group_key') }}, {{ exact('groups.mentor_group_key') }}, groups.start_date) as group_row,
        groups.*,
        coalesce(groups.group_key, groups.mentor_group_key) as source_key,
        coalesce(form_codes.school_form, case when upper(left(groups.school_form_code, 3)) = 'VUX' then 'VUX' end) as school_form,
        coalesce(kind_codes.group_kind, 'unknown') as group_kind,
        row_number() over (
            partition by groups.source_system, groups.group_key, groups.mentor_group_key
            order by case when groups.unreadable_columns is null then 0 else 1 end, groups.start_date desc, {{ exact('groups.group_name') }}
        ) as key_rank
    from groups
    left join form_codes
        on upper(form_codes.source_code) = upper(groups.school_form_code)
    left join kind_codes
        on kind_codes.source_system = groups.source_system
        and upper(kind_codes.source_code) = upper(groups.group_kind_code)

)

select * from conformed
