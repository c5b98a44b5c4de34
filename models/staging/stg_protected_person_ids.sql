-- The ids in our exports of every protected person of every register that the profile reads (PER-2).
-- One row an id, as it is compared (person_id). A view over the sources: who they are is never stored.
-- Change: what counts as protected stands in stg_<system>__protected_ids.

with

protected_ids as (

    {{ union_staging('protected_ids') }}

),

named as (

    select {{ person_id('source_system', 'person_id') }} as person_id from protected_ids

)

select * from named
