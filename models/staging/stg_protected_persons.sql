-- The numbers of every protected person of every register of the profile. A person protected in one register is protected in all (PER-1).
-- One row is a number of a protected person. No key: two registers may give one number. A view over the sources: who is protected is never
-- stored.
-- Change: stg_<family>__protected_persons decides who is protected.

with

protected_persons as (

    {{ union_staging('protected_persons') }}

)

select * from protected_persons
