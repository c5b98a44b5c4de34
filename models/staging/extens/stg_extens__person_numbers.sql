-- Who has which number in Extens and IST Administration.
-- One row a row of person that has an id, without which nobody is known. A view over the source, protected persons among them: who they are
-- is never stored.
-- Change: a further person table of the register is added here.

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
