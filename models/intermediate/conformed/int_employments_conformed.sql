-- The employments of all registers of the profile.
-- One row is an employment row of a register. Key: employment_row.
-- Change: seeds/rules/duty_roles.csv gives the role of a position title. Without a row there, the title is the role.

with

employments as (

    {{ union_staging('employments') }}

),

duty_roles as (

    select * from {{ ref('duty_roles') }}

),

active_codes as (

    select * from {{ ref('active_codes') }}

),

persons as (

    select * from {{ ref('int_persons_identified') }} where key_rank = 1

),

conformed as (

    select
        row_number() over (order by {{ exact('employments.source_system') }}, {{ exact('employments.employment_key') }}, {{ exact('employments.person_key') }}, employments.start_date, employments.end_date, {{ exact('employments.signature') }}) as employment_row,
        employments.*,
        employments.employment_key as source_key,
        persons.person_id,
        case when employments.employment_status is null or upper(employments.employment_status) in {{ setting_list('employment_active_statuses') }} then 1 else 0 end as has_active_status,
        case
            when employments.employment_status is null or upper(employments.employment_status) in {{ setting_list('employment_active_statuses') }} then 1
            when active_codes.source_code is not null then 1
            else 0
        end as is_status_known,
        coalesce(duty_roles.duty_role, employments.position_title) as duty_role
    from employments
    left join duty_roles
        on duty_roles.source_system = employments.source_system
        and upper(duty_roles.position_title) = upper(employments.position_title)
    left join active_codes
        on active_codes.source_system = employments.source_system
        and upper(active_codes.source_code) = upper(employments.employment_status)
    left join persons
        on persons.source_system = employments.source_system
        and persons.person_key = employments.person_key

)

select * from conformed
