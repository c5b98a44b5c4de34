-- A staff member of a group, from all activities that link them: the earliest start and the latest end, or open if one of them is open.
-- Every source of the link is kept (MEM-3).
-- One row is a staff member of a group in a role. Key: group_id, person_id, staff_role.
-- Change: nothing here. Staff of mentor groups are mentors, and so is the mentor named on a class. All others are teachers.

with

activities as (

    select
        *,
        case when group_kind in ('mentor', 'student_mentor') or link_source = 'klassmentor' then 'mentor' else 'teacher' end as staff_role
    from {{ ref('int_activities_judged') }}
    where reason_code is null

),

ranked as (

    select
        activities.*,
        row_number() over (
            partition by group_id, person_id, staff_role
            order by start_date, {{ exact('source_key') }}, activity_row
        ) as start_rank
    from activities

),

merged as (

    select
        group_id,
        person_id,
        staff_role,
        {{ first_text('school_id') }} as school_id,
        {{ first_filled('signature', 'start_rank') }} as signature,
        {{ joined_link_sources('link_source') }} as link_sources,
        min(start_date) as start_date,
        case when count(end_date) = count(*) then max(end_date) end as end_date
    from ranked
    group by group_id, person_id, staff_role

)

select * from merged
