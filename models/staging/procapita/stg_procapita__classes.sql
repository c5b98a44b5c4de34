-- The classes and pre-school departments of ProCapita in the columns of int_classes_conformed.
-- One row is a row of kj1v0kla or kjgp0kla. No key: the register may repeat an id. A class of the gymnasium is one class over its periods:
-- its key leaves the period out (CLS-4).
-- Change: another code for a school form is a row of seeds/rules/school_form_codes.csv.

with

source_rows as (

    select * from {{ ref('land_procapita__kj1v0kla') }}

),

gymnasium_rows as (

    select * from {{ ref('land_procapita__kjgp0kla') }}

),

persons as (

    select * from {{ ref('land_procapita__known_persons') }}

),

conformed as (

    select
        source_rows.source_system,
        source_rows.klasslnr as class_key,
        source_rows.enhkod as unit_id,
        {{ cleaned('source_rows.klassnamn') }} as class_name,
        source_rows.arskurs as grade,
        source_rows.skolform as school_form_code,
        {{ read_date('source_rows.fromdat') }} as start_date,
        {{ read_end_date('source_rows.tomdat') }} as end_date,
        mentors.person_key as mentor_key,
        case when mentors.is_number_ambiguous = 1 then 'mentor_personnr' end as ambiguous_mentor_column,
        {{ unreadable_dates(['fromdat', 'tomdat']) }} as unreadable_columns,
        cast(null as nvarchar(100)) as class_period
    from source_rows
    left join persons as mentors
        on mentors.source_system = source_rows.source_system
        and mentors.civic_key = source_rows.mentor_key
    union all
    select
        gymnasium_rows.source_system,
        {{ joined_key(['skolenhet', 'skolform', 'klass'], ['skolenhet', 'klass']) }},
        gymnasium_rows.skolenhet,
        {{ cleaned('gymnasium_rows.klass') }},
        {{ typed('null', 'grade') }},
        gymnasium_rows.skolform,
        {{ read_date('gymnasium_rows.fromdat') }},
        {{ read_end_date('gymnasium_rows.tomdat') }},
        mentors.person_key,
        case when mentors.is_number_ambiguous = 1 then 'mentor_personnr' end,
        {{ unreadable_dates(['fromdat', 'tomdat']) }},
        gymnasium_rows.period
    from gymnasium_rows
    left join persons as mentors
        on mentors.source_system = gymnasium_rows.source_system
        and mentors.civic_key = gymnasium_rows.mentor_key

)

select * from conformed
