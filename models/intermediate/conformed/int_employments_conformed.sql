-- Employments of every register that the profile reads.
-- One row an employment row of a register (employment_row).
-- Change: the role that a position title gives is a row of seeds/rules/duty_roles.csv; without one the title goes unchanged.

with

employments as (

    {{ union_staging('employments') }}

),

duty_roles as (

    select * from {{ ref('duty_roles') }}

),

conformed as (

    select
        row_number() over (order by employments.source_system, employments.employment_key, employments.person_key, employments.start_date) as employment_row,
        employments.*,
        employments.employment_key as source_key,
        coalesce(duty_roles.duty_role, employments.position_title) as duty_role
    from employments
    left join duty_roles
        on duty_roles.source_system = employments.source_system
        and upper(duty_roles.position_title) = upper(employments.position_title)

)

select * from conformed
