-- The persons of all registers of the profile, with one id over all registers (PER-4).
-- One row is a person row of a register. Key: person_row.
-- Change: int_person_ids_chosen decides which id is exported, int_persons_checked checks the number.

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
