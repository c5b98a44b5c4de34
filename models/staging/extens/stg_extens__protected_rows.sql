-- The rows of Extens and IST Administration that a flag protects, with the number and the id that they protect and their flag (PER-1).
-- One row is a protected row of person. No key: the register may repeat one. A view over the source: who is protected is never stored.
-- Change: add other flags of protection to the condition of flagged.

with

person_rows as (

    {{ read_source('extens', 'school', 'person', ['person_id', 'personnummer', 'sekretess']) }}

),

-- A blank flag, 0 and N mean open. Anything else means protected.
flagged as (

    select
        source_system,
        cast('person' as nvarchar(20)) as table_name,
        {{ id_key('person_id') }} as person_id,
        {{ civic_key('personnummer') }} as civic_key,
        sekretess as protection_code,
        cast(null as nvarchar(4000)) as other_protection_code
    from person_rows
    where {{ is_protecting('sekretess', 'extens') }} = 1

)

select * from flagged
