-- The rows of every register that the profile reads that a flag protects.
-- One row a flagged row, with the table, the id that it protects (null where rows hang together by number), the number and the flags. A view
-- over the sources: who they are is never stored.
-- Change: what a flag says stands in stg_<system>__protected_rows.

with

protected_rows as (

    {{ union_staging('protected_rows') }}

)

select * from protected_rows
