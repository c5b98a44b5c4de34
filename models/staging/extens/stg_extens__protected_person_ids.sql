-- The ids in our exports of the protected persons of Extens and IST Administration (PER-2).
-- One row an id, in lower case (person_id). A view over the source: who they are is never stored.
-- Change: who is protected stands in stg_extens__protected_ids.

with

protected_ids as (

    select * from {{ ref('stg_extens__protected_ids') }}

),

named as (

    select {{ person_id('source_system', 'person_id') }} as person_id from protected_ids

)

select * from named
