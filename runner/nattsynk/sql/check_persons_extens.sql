{% from 'source_cell.jinja' import source_cell -%}
{# How many rows of persons Extens or IST has, and how many of them have a number, an e-mail address and a row in the e-mail register. -#}
with

person_rows as (

    select
        {{ macros.exact(macros.id_key(source_cell(macros, 'person_id', 'id'))) }} as person_id,
        {{ source_cell(macros, 'personnummer', 'civic_no') }} as civic_no,
        {{ source_cell(macros, 'epost', 'email') }} as email
    from {{ extens.person }}

),

register_rows as (

    select distinct {{ macros.exact(macros.id_key(source_cell(macros, 'person_id', 'id'))) }} as person_id
    from {{ extens.register_epost }}

)

select
    count(*) as persons,
    count(person_rows.civic_no) as with_number,
    count(case when person_rows.email is not null or register_rows.person_id is not null then 1 end) as with_email,
    count(register_rows.person_id) as with_register_row
from person_rows
left join register_rows
    on {{ macros.exact('register_rows.person_id') }} = {{ macros.exact('person_rows.person_id') }}
