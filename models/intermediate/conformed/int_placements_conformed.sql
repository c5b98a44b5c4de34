-- The placements of students in classes and at units, of all registers of the profile. A placement ends at the earlier of its end and its
-- drop-out (ENR-4).
-- One row is a placement row of a register. Key: placement_row.
-- Change: codes for active in seeds/rules/active_codes.csv. An unknown code is not active.

with

placements as (

    {{ union_staging('placements') }}

),

form_codes as (

    select * from {{ ref('school_form_codes') }}

),

active_codes as (

    select * from {{ ref('active_codes') }}

),

persons as (

    select * from {{ ref('int_persons_identified') }} where key_rank = 1

),

conformed as (

    select
        row_number() over (order by {{ exact('placements.source_system') }}, {{ exact('placements.placement_key') }}, {{ exact('placements.person_key') }}, placements.start_date) as placement_row,
        placements.*,
        placements.placement_key as source_key,
        persons.person_id,
        mentors.person_id as mentor_id,
        {{ earlier_end('placements') }} as end_date,
        coalesce(active_codes.is_active, 0) as is_active,
        case when active_codes.source_code is null then placements.active_code end as unknown_active_code,
        coalesce(form_codes.school_form, case when upper(left(placements.school_form_code, 3)) = 'VUX' then 'VUX' end) as school_form
    from placements
    left join form_codes
        on upper(form_codes.source_code) = upper(placements.school_form_code)
    left join active_codes
        on active_codes.source_system = placements.source_system
        and upper(active_codes.source_code) = upper(placements.active_code)
    left join persons
        on persons.source_system = placements.source_system
        and persons.person_key = placements.person_key
    left join persons as mentors
        on mentors.source_system = placements.source_system
        and mentors.person_key = placements.mentor_key

)

select * from conformed
