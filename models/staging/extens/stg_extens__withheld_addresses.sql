-- The numbers of a protected person's guardians, children and co-guardians. Their address would give the protected person away.
-- One row is a number of a relative. Key: civic_key. A view over the source: who is protected is never stored.
-- Change: stg_extens__withheld_ids decides who is close. The setting withhold_relatives_address decides whether it is used.

with

person_rows as (

    {{ read_source('extens', 'school', 'person', ['person_id', 'personnummer']) }}

),

withheld_ids as (

    select * from {{ ref('stg_extens__withheld_ids') }}

),

withheld as (

    select distinct {{ civic_key('person_rows.personnummer') }} as civic_key
    from person_rows
    inner join withheld_ids
        on {{ is_same_id('withheld_ids', 'person_id', 'person_rows', 'person_id') }}

)

select civic_key from withheld where civic_key is not null
