-- The numbers of every protected person of every register that the profile reads: protected in one is protected in all (PER-1).
-- One row a number (civic_key). A view over the sources: who they are is never stored.
-- Change: what counts as protected stands in stg_<system>__protected_persons.

with

protected_persons as (

    {{ union_staging('protected_persons') }}

)

select * from protected_persons
