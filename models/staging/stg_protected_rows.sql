-- The rows of the registers of the profile that a flag protects.
-- One row is a protected row of a register. No key: a register may hold a row twice. A view over the sources: who is protected is never
-- stored.
-- Change: stg_<family>__protected_rows says what a flag means.

with

protected_rows as (

    {{ union_staging('protected_rows') }}

)

select * from protected_rows
