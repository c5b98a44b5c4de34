-- Whether many flags of protection hold a code that no seed knows, as after a change of export tool. Such a flag protects its person all
-- the same (PER-15).
-- One row is the answer. No key: there is always one row. A view: it reads the register as it is when something is sent. How many flags
-- there are is never told.
-- Change: seeds/rules/protection_codes.csv has the known codes.

with

protected_rows as (

    select * from {{ ref('stg_protected_rows') }}

),

codes as (

    select * from {{ ref('protection_codes') }}

),

unknown as (

    select protected_rows.source_system
    from protected_rows
    left join codes
        on codes.source_system = protected_rows.source_system
        and {{ exact('codes.source_code') }} = {{ exact("coalesce(upper(protected_rows.protection_code), 'blank')") }}
    left join codes as other_codes
        on other_codes.source_system = protected_rows.source_system
        and {{ exact('other_codes.source_code') }} = {{ exact("coalesce(upper(protected_rows.other_protection_code), 'blank')") }}
    where codes.source_code is null or other_codes.source_code is null

),

counted as (

    select case when count(*) > 5 then 1 else 0 end as has_many_unknown from unknown

)

select * from counted
