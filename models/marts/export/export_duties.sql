-- The staff of each receiver school (EMP-1).
-- One row a staff member and school.
-- Change: which employments count stands in int_employments_exclusions, how they meet in int_duties_merged.

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
