-- The persons that the receiver should have, with the attributes that its rule set and the profile let through (PER-5, PER-6).
-- One row is a person. Key: person_id. The columns filled and omitted say how a line carries the others (PER-9); they are no part of the
-- files.
-- Change: which attributes are sent is decided in int_person_attributes.

with

persons as (

    select * from {{ ref('int_persons_judged') }} where reason_code is null and person_rank = 1

),

policies as (

    select * from {{ ref('int_person_attributes') }}

),

delivered as (

    select * from {{ source('delivery', 'delivered_persons') }}

),

selected as (

    select
        persons.person_id,
        {%- for attribute in person_attributes() %}
        case
            when policies.{{ attribute }} > 0
                {%- if attribute.startswith('email_') %} and persons.is_{{ attribute | replace('email_', '') }} = 1{% endif %} then persons.{{ attribute }}
        end as {{ attribute }},
        {%- endfor %}
        policies.filled,
        policies.omitted
    from persons
    inner join policies
        on policies.person_id = persons.person_id

),

typed as (

    select
        {{ typed('selected.person_id', 'person_id') }},
        {{ typed('case when selected.civic_no <> delivered.civic_no then delivered.civic_no end', 'previous_civic_no') }},
        {%- for attribute in person_attributes() %}
        {{ cut_to_length('selected.' ~ attribute, attribute) }},
        {%- endfor %}
        cast(selected.filled as nvarchar(1000)) as filled,
        cast(selected.omitted as nvarchar(1000)) as omitted
    from selected
    left join delivered
        on delivered.person_id = selected.person_id

)

select * from typed
