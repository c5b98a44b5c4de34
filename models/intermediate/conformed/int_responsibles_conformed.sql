-- Guardians of children, of every register that the profile reads (GUA-1).
-- One row a child and guardian (responsible_row).
-- Change: which relations count stands in stg_<system>__responsibles.

with

responsibles as (

    {{ union_staging('responsibles') }}

),

conformed as (

    select
        row_number() over (order by child_id, responsible_id) as responsible_row,
        responsibles.*,
        responsible_id as person_id,
        concat(child_id, '-', responsible_id) as source_key
    from responsibles

)

select * from conformed
