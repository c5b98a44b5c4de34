-- The classes and pre-school departments of all registers of the profile.
-- One row is a class row of a register. Key: class_row. If several rows have the same key, the one that is used has key_rank 1: the latest
-- start of the rows in their window, else of those that have begun, else the next to come. A class that lives over periods has a row for
-- each.
-- Change: codes of school forms in seeds/rules/school_form_codes.csv. Windows in the profile's seeds/sync_windows.csv, entity class.

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

-- If schools.csv has one row of a unit, the unit has that row's school form.
single_forms as (

    select source_system, unit_id, {{ first_text('school_form') }} as school_form
    from {{ ref('int_schools_configured') }}
    group by source_system, unit_id
    having count(*) = 1

),

windows as (

    select * from {{ ref('int_windows') }} where entity = 'class'

),

coded as (

    select
        classes.*,
        coalesce(form_codes.school_form, case when upper(left(classes.school_form_code, 3)) = 'VUX' then 'VUX' end) as school_form
    from classes
    left join form_codes
        on upper(form_codes.source_code) = upper(classes.school_form_code)

),

timed as (

    select
        coded.*,
        case
            when coded.unreadable_columns is not null then 4
            when coded.start_date is not null and coded.end_date is null and {{ setting('period_required') }} = 1 then 3
            when {{ window_reason('class', 'coded.start_date', 'coded.end_date', 'windows.days_before', 'windows.days_after') }} is null then 0
            when coded.start_date <= {{ sync_date() }} then 1
            when coded.start_date is not null then 2
            else 3
        end as time_rank
    from coded
    left join single_forms
        on single_forms.source_system = coded.source_system
        and single_forms.unit_id = coded.unit_id
    left join windows
        on windows.source_system = coded.source_system
        and windows.school_form = coalesce(single_forms.school_form, coded.school_form)

),

ranked as (

    select
        timed.*,
        row_number() over (
            partition by source_system, class_key
            order by time_rank, case when time_rank = 2 then start_date end, start_date desc, {{ exact('class_name') }}, {{ exact('class_period') }}, end_date desc
        ) as key_rank
    from timed

),

conformed as (

    select
        row_number() over (order by {{ exact('ranked.source_system') }}, {{ exact('ranked.class_key') }}, ranked.start_date, ranked.key_rank) as class_row,
        ranked.*,
        ranked.class_key as source_key,
        mentors.person_id as mentor_id,
        case
            when ranked.class_key is null or ranked.class_period is null or ranked.key_rank = 1 then 0
            when row_number() over (partition by ranked.source_system, ranked.class_key, ranked.class_period order by ranked.key_rank) = 1 then 1
            else 0
        end as is_other_period
    from ranked
    left join persons as mentors
        on mentors.source_system = ranked.source_system
        and mentors.person_key = ranked.mentor_key

)

select * from conformed
