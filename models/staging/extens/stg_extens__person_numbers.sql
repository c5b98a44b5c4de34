-- The persons' numbers in Extens and IST Administration.
-- One row is a row of person. No key: the register may repeat an id. A view over the source, protected persons included: who they are is
-- never stored.
-- Change: add a further person table of the register here.

with

person_rows as (

    {{ read_source('extens', 'school', 'person', ['person_id', 'personnummer']) }}

),

person_numbers as (

    select
        source_system,
        {{ id_key('person_id') }} as person_id,
        {{ civic_key('personnummer') }} as civic_key
    from person_rows
    where {{ id_key('person_id') }} is not null

)

select * from person_numbers
