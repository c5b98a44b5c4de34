-- The persons of every register that the profile reads, with one id over all registers (PER-4).
-- One row a person row of a register (person_row); source_key is the register's id that reports name the person by.
-- Change: which of several ids is exported is decided in int_person_ids_chosen; the checks of a number stand in int_persons_checked.

with

persons as (

    select * from {{ ref('int_persons_checked') }}

),

chosen as (

    select * from {{ ref('int_person_ids_chosen') }} where key_id_rank = 1

),

identified as (

    select
        persons.*,
        chosen.own_id as source_key,
        chosen.person_id
    from persons
    left join chosen
        on chosen.source_system = persons.source_system
        and chosen.person_key = persons.person_key

)

select * from identified
