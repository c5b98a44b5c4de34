-- The ids at the receiver of every protected person of every register of the profile (PER-2).
-- One row is the id of a protected person. No key: two registers may give one id. A view over the sources: who is protected is never
-- stored.
-- Change: stg_<family>__protected_ids decides who is protected.

with

protected_ids as (

    {{ union_staging('protected_ids') }}

),

named as (

    select {{ person_id('source_system', 'person_id') }} as person_id from protected_ids

)

select * from named
