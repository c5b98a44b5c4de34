-- The schools of the receiver: every open school of schools.csv, with or without people.
-- One row is a receiver school. Key: school_id. If several units feed a school, its name and unit code come from the first source, there
-- from the lowest unit id.
-- Change: names and unit codes in the profile's seeds/schools.csv.

with

configured as (

    select * from {{ ref('int_schools_configured') }} where is_open = 1

),

ranked as (

    select
        configured.*,
        row_number() over (partition by school_id order by source_rank, {{ exact('unit_id') }}, {{ exact('school_form') }}) as unit_rank
    from configured

),

typed as (

    select
        {{ typed('school_id', 'school_id') }},
        {{ cut_to_length('school_name', 'school_name') }},
        {{ cut_to_length('school_unit_code', 'school_unit_code') }}
    from ranked
    where unit_rank = 1

)

select * from typed
