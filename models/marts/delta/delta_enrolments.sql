-- What the receiver must be told so that it holds export_enrolments: what is new, changed or gone, and what is owed to it again.
-- One row is a student at a school in a school form that differs. Key: person_id, school_id, school_form.
-- Change: nothing here. The lines follow from export_enrolments and from what the receiver has confirmed.

with

compared as (

    {{ compare_with_delivered('enrolments', entity='enrolment', key=['person_id', 'school_id', 'school_form'], columns=['grade', 'start_date', 'end_date', 'study_plan_code']) }}

),

-- Paused records wait (LIFE-4).
said as (

    select *
    from compared
    where operation is not null
        and not {{ is_paused('compared.school_id', 'compared.school_form') }}

)

select * from said
