-- Placements of students in classes and at units, of every register that the profile reads.
-- One row a placement row of a register (placement_row).
-- Change: what a register calls a placement stands in stg_<system>__placements.

with

placements as (

    {{ union_staging('placements') }}

),

form_codes as (

    select * from {{ ref('school_form_codes') }}

),

conformed as (

    select
        row_number() over (order by placements.source_system, placements.placement_key, placements.person_key, placements.start_date) as placement_row,
        placements.*,
        placements.placement_key as source_key,
        coalesce(form_codes.school_form, case when upper(left(placements.school_form_code, 3)) = 'VUX' then 'VUX' end) as school_form
    from placements
    left join form_codes
        on upper(form_codes.source_code) = upper(placements.school_form_code)

)

select * from conformed
