-- The pauses that hold today (LIFE-4): from their first day to their last, both among them.
-- One row a pause; a blank school_id is every school, a blank school_form every form.
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
