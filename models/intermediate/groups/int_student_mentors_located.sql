-- The mentors that the register names on students. Each with a duty at the school gets a group there (MEM-4). Its dates are those of the
-- placements inside their window.
-- One row is a mentor at a receiver's school. Key: group_id. Only schools whose mentor_source is student have rows.
-- Change: mentor_source in profile.yml or in the profile's seeds/schools.csv.

with

placements as (

    select * from {{ ref('int_placements_located') }}
    where mentor_source = 'student' and mentor_id is not null and is_active = 1 and unreadable_columns is null and start_date is not null

),

windows as (

    select * from {{ ref('int_windows') }} where entity = 'student_group'

),

duties as (

    select * from {{ ref('int_duties_merged') }}

),

mentors as (

    select * from {{ ref('int_persons_conformed') }} where person_rank = 1

),

systems as (

    {{ profile_systems() }}

),

with_window as (

    select
        placements.*,
        {{ window_reason('membership', 'placements.start_date', 'placements.end_date', 'windows.days_before', 'windows.days_after') }} as window_reason
    from placements
    left join windows
        on windows.source_system = placements.source_system
        and windows.school_form = placements.school_form

),

timed as (

    select
        with_window.*,
        case when is_open = 0 then 4 when window_reason is null then 1 when window_reason = 'membership_ended' then 2 else 3 end as time_rank
    from with_window

),

-- Use placements inside their window. Without any, use those that are over, else those to come. The group's window then gives the reason.
-- A placement at a unit that is not read counts only if the mentor has no other. Then the unit is why the group is left out.
ranked as (

    select
        timed.*,
        min(time_rank) over (partition by mentor_id, school_id) as first_time_rank,
        row_number() over (partition by mentor_id, school_id order by time_rank, source_rank, {{ exact('unit_id') }}, placement_row) as unit_rank
    from timed

),

gathered as (

    select
        mentor_id,
        school_id,
        min(start_date) as start_date,
        case when count(end_date) = count(*) then max(end_date) end as end_date,
        max(case when unit_rank = 1 then unit_id end) as unit_id,
        max(case when unit_rank = 1 then school_form end) as school_form,
        max(is_open) as is_open
    from ranked
    where time_rank = first_time_rank
    group by mentor_id, school_id

),

located as (

    select
        'student_mentor' as group_kind,
        mentors.source_system,
        mentors.source_key,
        1 as key_rank,
        concat('mentor-', gathered.mentor_id, '-', gathered.school_id) as register_key,
        concat(systems.source_system, '-mentor-', substring(gathered.mentor_id, len(systems.source_system) + 2, 100), '-', gathered.school_id) as group_id,
        gathered.unit_id,
        rtrim(concat('Mentor ', coalesce(duties.signature, ltrim(concat(mentors.given_name, ' ', mentors.family_name))))) as group_name,
        'Mentor' as group_type,
        gathered.start_date,
        gathered.end_date,
        gathered.school_form as asked_school_form,
        gathered.school_id,
        gathered.school_form,
        gathered.is_open,
        0 as is_leavers_unit,
        'student' as mentor_source,
        gathered.mentor_id
    from gathered
    inner join duties
        on duties.person_id = gathered.mentor_id
        and duties.school_id = gathered.school_id
    inner join mentors
        on mentors.person_id = gathered.mentor_id
    inner join systems
        on gathered.mentor_id like concat(systems.source_system, '-%')

)

select * from located
