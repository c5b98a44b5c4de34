-- A staff member at a school, from all employments that count: the earliest start and the latest end, or open if one of them is open.
-- One row is a staff member at a school. Key: person_id, school_id.
-- Change: nothing here. Role and signature are those of the unit with the lowest id, there of the earliest start, then of the lowest
-- number.

with

employments as (

    select * from {{ ref('int_employments_judged') }} where reason_code is null

),

ranked as (

    select
        employments.*,
        row_number() over (
            partition by person_id, school_id
            order by source_rank, {{ exact('unit_id') }}, start_date, {{ exact('source_key') }}, duty_row
        ) as unit_rank
    from employments

),

merged as (

    select
        person_id,
        school_id,
        min(start_date) as start_date,
        case when count(end_date) = count(*) then max(end_date) end as end_date,
        {{ first_filled('duty_role', 'unit_rank') }} as duty_role,
        {{ first_filled('signature', 'unit_rank') }} as signature
    from ranked
    group by person_id, school_id

)

select * from merged
