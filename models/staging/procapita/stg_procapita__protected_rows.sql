-- The rows of the population register of ProCapita and TED that a flag protects, with the number that they protect and their flags (PER-1).
-- One row is a protected row of ki0v0fol. No key: the register may repeat one. A view over the source: who is protected is never stored.
-- Change: add other flags of protection to the conditions of flagged.

with

register_rows as (

    {{ read_source('procapita', 'register', 'ki0v0fol', ['personnr', 'adrskydd', 'skyddadfolkbokf']) }}

),

-- A blank flag and N mean open. Anything else means protected.
flagged as (

    select
        source_system,
        cast('ki0v0fol' as nvarchar(20)) as table_name,
        cast(null as nvarchar(4000)) as person_id,
        {{ civic_key('personnr') }} as civic_key,
        adrskydd as protection_code,
        skyddadfolkbokf as other_protection_code
    from register_rows
    where {{ is_protecting('adrskydd', 'procapita') }} = 1
        or {{ is_protecting('skyddadfolkbokf', 'procapita') }} = 1

)

select * from flagged
