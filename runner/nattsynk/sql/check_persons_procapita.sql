{% from 'source_cell.jinja' import source_cell -%}
{# How many rows of persons ProCapita or TED has, and how many of them have a number, an e-mail address and a row in the population register. -#}
with

person_cells as (

    {% for name in ('kj1v0per', 'kjgv0per') if name in procapita %}
    select
        {{ source_cell(macros, 'personnr', 'civic_no') }} as personnr,
        {{ source_cell(macros, 'epostarb', 'email') }} as epostarb,
        {{ source_cell(macros, 'eposthem', 'email') }} as eposthem
    from {{ procapita[name] }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

),

person_rows as (

    select
        {{ macros.exact(macros.civic_key('personnr')) }} as civic_key,
        coalesce(epostarb, eposthem) as email
    from person_cells

),

register_cells as (

    select {{ source_cell(macros, 'personnr', 'civic_no') }} as personnr
    from {{ procapita.ki0v0fol }}

),

register_rows as (

    select distinct {{ macros.exact(macros.civic_key('personnr')) }} as civic_key
    from register_cells

)

select
    count(*) as persons,
    count(person_rows.civic_key) as with_number,
    count(person_rows.email) as with_email,
    count(register_rows.civic_key) as with_register_row
from person_rows
left join register_rows
    on {{ macros.exact('register_rows.civic_key') }} = {{ macros.exact('person_rows.civic_key') }}
