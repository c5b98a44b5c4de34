-- The numbers of the nearest of every protected person, of every register that the profile reads: near in one is near in all.
-- One row a number and register that names it. A view over the sources: who they are is never stored.
-- Change: who is near stands in stg_<system>__withheld_addresses; the setting withhold_relatives_address decides whether it is used.

with

withheld_addresses as (

    {{ union_staging('withheld_addresses') }}

)

select * from withheld_addresses
