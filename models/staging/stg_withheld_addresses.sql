-- The numbers of the close relatives of protected persons, from every register of the profile. A relative in one register is a relative in
-- all.
-- One row is a number of a relative. No key: two registers may give one number. A view over the sources: who is protected is never stored.
-- Change: stg_<family>__withheld_addresses decides who is close. The setting withhold_relatives_address decides whether it is used.

with

withheld_addresses as (

    {{ union_staging('withheld_addresses') }}

)

select * from withheld_addresses
