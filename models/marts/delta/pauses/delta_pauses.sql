-- The pauses in force on the sync date (LIFE-4). First and last day are part of a pause.
-- One row is a pause. No key: pauses.csv may hold a row twice.
-- Change: rows of the profile's seeds/pauses.csv.

with

pauses as (

    select * from {{ ref('pauses') }}

),

current_pauses as (

    select
        {{ trimmed('school_id') }} as school_id,
        {{ trimmed('school_form') }} as school_form,
        start_date,
        end_date
    from pauses
    where start_date <= {{ sync_date() }} and end_date >= {{ sync_date() }}

)

select * from current_pauses
