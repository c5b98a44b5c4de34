-- The placements of students in classes and at units, in the columns of int_placements_conformed.
-- One row is a row of kj1v0plk or kjgp0ekl. No key: the register may repeat an id.
-- Change: nothing here. ProCapita has neither a status nor a drop-out date on a placement; both are blank here.

with

source_rows as (

    select * from {{ ref('land_procapita__kj1v0plk') }}

),

gymnasium_rows as (

    select * from {{ ref('land_procapita__kjgp0ekl') }}

),

persons as (

    select * from {{ ref('land_procapita__known_persons') }}

),

conformed as (

    select
        source_rows.source_system,
        source_rows.placlnr as placement_key,
        students.person_key,
        case when students.is_number_ambiguous = 1 then 'personnr' end as ambiguous_column,
        source_rows.enhkod as unit_id,
        source_rows.klasslnr as class_key,
        source_rows.arskurs as grade,
        cast(null as nvarchar(100)) as school_form_code,
        {{ read_date('source_rows.placdatum') }} as start_date,
        {{ read_end_date('source_rows.datumtom') }} as period_end_date,
        cast(null as date) as dropped_out_on,
        'blank' as active_code,
        mentors.person_key as mentor_key,
        case when mentors.is_number_ambiguous = 1 then 'mentor_personnr' end as ambiguous_mentor_column,
        {{ unreadable_dates(['placdatum', 'datumtom']) }} as unreadable_columns,
        cast(null as nvarchar(100)) as study_plan_code
    from source_rows
    left join persons as students
        on students.source_system = source_rows.source_system
        and students.civic_key = source_rows.civic_key
    left join persons as mentors
        on mentors.source_system = source_rows.source_system
        and mentors.civic_key = source_rows.mentor_key
    union all
    select
        gymnasium_rows.source_system,
        {{ joined_key(['skolenhet', 'skolform', 'klass', 'period', 'students.person_key'], ['skolenhet']) }},
        students.person_key,
        case when students.is_number_ambiguous = 1 then 'personnr' end,
        gymnasium_rows.skolenhet,
        {{ joined_key(['skolenhet', 'skolform', 'klass'], ['skolenhet', 'klass']) }},
        gymnasium_rows.arskurs,
        gymnasium_rows.skolform,
        {{ read_date('gymnasium_rows.fromdat') }},
        {{ read_end_date('gymnasium_rows.tomdat') }},
        cast(null as date) as dropped_out_on,
        'blank',
        cast(null as nvarchar(100)) as mentor_key,
        cast(null as nvarchar(100)) as ambiguous_mentor_column,
        {{ unreadable_dates(['fromdat', 'tomdat']) }},
        gymnasium_rows.programplan
    from gymnasium_rows
    left join persons as students
        on students.source_system = gymnasium_rows.source_system
        and students.civic_key = gymnasium_rows.civic_key

)

select * from conformed
