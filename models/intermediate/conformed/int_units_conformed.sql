-- The units of all registers of the profile, with their school form in our codes.
-- One row is a unit row of a register. Key: unit_row. If several rows have the same id, one has key_rank 1.
-- Change: codes of school forms in seeds/rules/school_form_codes.csv.

with

units as (

    {{ union_staging('units') }}

),

form_codes as (

    select * from {{ ref('school_form_codes') }}

),

conformed as (

    select
        row_number() over (order by {{ exact('units.source_system') }}, {{ exact('units.unit_id') }}, units.start_date) as unit_row,
        units.*,
        units.unit_id as source_key,
        coalesce(form_codes.school_form, case when upper(left(units.school_form_code, 3)) = 'VUX' then 'VUX' end) as school_form,
        row_number() over (
            partition by units.source_system, units.unit_id
            order by case when units.unreadable_columns is null then 0 else 1 end, units.start_date desc, {{ exact('units.unit_name') }}
        ) as key_rank
    from units
    left join form_codes
        on upper(form_codes.source_code) = upper(units.school_form_code)

)

select * from conformed
