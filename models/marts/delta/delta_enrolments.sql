-- What has to be said so that the receiver holds export_enrolments: what is new, changed or gone, and what it is owed again.
-- One row a student at a school in a school form that differs (person_id, school_id, school_form); `changed` lists the columns of an update.
-- Change: nothing here; the delta follows from export_enrolments and what the receiver has confirmed.

with

compared as (

    {{ compare_with_delivered('enrolments', entity='enrolment', key=['person_id', 'school_id', 'school_form'], columns=['grade', 'start_date', 'end_date', 'study_plan_code']) }}

),

-- What is paused waits (LIFE-4).
said as (

    select *
    from compared
    where operation is not null
        and not {{ is_paused('compared.school_id', 'compared.school_form') }}

)

select * from said
