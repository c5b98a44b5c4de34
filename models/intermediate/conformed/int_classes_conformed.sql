-- Classes and pre-school departments of every register that the profile reads.
-- One row a class row of a register (class_row); of several rows with one number the first has key_rank 1.
-- Change: codes of school forms in seeds/rules/school_form_codes.csv.

with

classes as (

    {{ union_staging('classes') }}

),

form_codes as (

    select * from {{ ref('school_form_codes') }}

),

persons as (

    select * from {{ ref('int_persons_identified') }} where key_rank = 1

),

conformed as (

    select
        row_number() over (order by classes.source_system, classes.class_key, classes.start_date) as class_row,
        classes.*,
        classes.class_key as source_key,
        mentors.person_id as mentor_id,
        coalesce(form_codes.school_form, case when upper(left(classes.school_form_code, 3)) = 'VUX' then 'VUX' end) as school_form,
        row_number() over (
            partition by classes.source_system, classes.class_key
            order by case when classes.unreadable_columns is null then 0 else 1 end, classes.start_date desc, classes.class_name
        ) as key_rank
    from classes
    left join form_codes
        on upper(form_codes.source_code) = upper(classes.school_form_code)
    left join persons as mentors
        on mentors.source_system = classes.source_system
        and mentors.person_key = classes.mentor_key

)

select * from conformed
