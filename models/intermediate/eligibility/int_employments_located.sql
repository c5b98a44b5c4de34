-- Each employment with every receiver's school that its unit feeds (SCH-6), the window it must be in, and whether it is active (EMP-1,
-- EMP-2).
-- One row is an employment at a school. Key: duty_row. school_id is blank if schools.csv does not list the unit.
-- Change: windows in the profile's seeds/sync_windows.csv, entity staff_school. An activity that counts as an employment has the window of
-- its link, staff_group, and ends as strictly (activity_end_strict).

with

employments as (

    select * from {{ ref('int_employments_conformed') }}

),

persons as (

    select * from {{ ref('int_persons_conformed') }} where person_rank = 1

),

configured as (

    select * from {{ ref('int_schools_configured') }}

),

windows as (

    select * from {{ ref('int_windows') }}

),

located as (

    select
        row_number() over (order by employments.employment_row, {{ exact('configured.school_id') }}, {{ exact('configured.school_form') }}) as duty_row,
        employments.employment_row,
        employments.source_system,
        employments.source_key,
        employments.person_id,
        employments.ambiguous_column,
        employments.unit_id,
        employments.signature,
        employments.duty_role,
        employments.start_date,
        employments.end_date,
        -- If the status alone ends an employment, its end date does not.
        case when {{ setting('employment_end_by') }} <> 'status' or employments.employment_status is null then employments.end_date end as ending_date,
        employments.employment_status,
        employments.has_active_status,
        employments.is_status_known,
        employments.is_in_email_register,
        employments.unreadable_columns,
        case when employments.window_entity = 'staff_group' then {{ setting('activity_end_strict') }} else 0 end as is_end_strict,
        cast(null as nvarchar(10)) as asked_school_form,
        configured.source_rank,
        configured.school_id,
        configured.school_form,
        configured.is_open,
        configured.is_leavers_unit,
        case when persons.email_staff is null then 0 else 1 end as has_email,
        coalesce(windows.days_before, 0) as days_before,
        coalesce(windows.days_after, 0) as days_after
    from employments
    left join persons
        on persons.person_id = employments.person_id
    left join configured
        on configured.source_system = employments.source_system
        and configured.unit_id = employments.unit_id
    left join windows
        on windows.source_system = configured.source_system
        and windows.school_form = configured.school_form
        and windows.entity = employments.window_entity

),

windowed as (

    select
        *,
        {{ window_reason('employment', 'start_date', 'ending_date', 'days_before', 'days_after', 'is_end_strict') }} as window_reason
    from located

),

decided as (

    select
        *,
        case
            when source_key is null or unreadable_columns is not null or window_reason is not null then 0
            when has_active_status = 0 and {{ setting('employment_end_by') }} <> 'date' then 0
            when is_in_email_register = 0 or coalesce(is_open, 0) = 0 then 0
            else 1
        end as is_active
    from windowed

)

select * from decided
