-- The staff of each receiver school (EMP-1).
-- One row is a staff member at a school. Key: person_id, school_id.
-- Change: int_employments_exclusions decides which employments count, int_duties_merged how several become one.

with

duties as (

    select * from {{ ref('int_duties_merged') }}

),

typed as (

    select
        {{ typed('person_id', 'person_id') }},
        {{ typed('school_id', 'school_id') }},
        {{ cut_to_length('duty_role', 'duty_role') }},
        {{ cut_to_length('signature', 'signature') }},
        {{ typed('start_date', 'start_date') }},
        {{ typed('end_date', 'end_date') }}
    from duties

)

select * from typed
