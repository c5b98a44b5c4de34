-- The students of each receiver school (ENR-1, SCH-3, SCH-4).
-- One row is a student at a school in a school form. Key: person_id, school_id, school_form.
-- Change: int_placements_exclusions decides which placements enrol, int_enrolments_merged how several become one.

with

enrolments as (

    select * from {{ ref('int_enrolments_merged') }}

),

typed as (

    select
        {{ typed('person_id', 'person_id') }},
        {{ typed('school_id', 'school_id') }},
        {{ typed('school_form', 'school_form') }},
        {{ cut_to_length('grade', 'grade') }},
        {{ typed('start_date', 'start_date') }},
        {{ typed('end_date', 'end_date') }},
        {{ cut_to_length('study_plan_code', 'study_plan_code') }}
    from enrolments

)

select * from typed
