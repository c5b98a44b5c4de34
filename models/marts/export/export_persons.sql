-- The persons that the receiver should have, with the attributes that its rule set and the profile let through (PER-5, PER-6).
-- One row a person (person_id). An attribute omitted for one of a person's roles is omitted for the person.
-- Change: the profile's seeds/attributes.csv and the setting include_civic_no.

with

persons as (

    select * from {{ ref('int_persons_judged') }} where reason_code is null

),

attributes as (

    select * from {{ ref('int_role_attributes') }}

),

delivered as (

    select * from {{ source('delivery', 'delivered_persons') }}

),

roles as (

    select person_id, 'student' as role from persons where is_student = 1
    union all
    select person_id, 'staff' from persons where is_staff = 1
    union all
    select person_id, 'guardian' from persons where is_guardian = 1

),

allowed as (

    select
        roles.person_id,
        {%- for attribute in person_attributes() %}
        {{ 'max' if attribute.startswith('email_') else 'min' }}(attributes.{{ attribute }}) as {{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    from roles
    inner join attributes
        on attributes.role = roles.role
    group by roles.person_id

),

selected as (

    select
        persons.person_id,
        {%- for attribute in person_attributes() %}
        case when allowed.{{ attribute }} = 1 then persons.{{ attribute }} end as {{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    from persons
    inner join allowed
        on allowed.person_id = persons.person_id

),

typed as (

    select
        {{ typed('selected.person_id', 'person_id') }},
        {{ fitted('selected.civic_no', 'civic_no') }},
        {{ typed('case when selected.civic_no <> delivered.civic_no then delivered.civic_no end', 'previous_civic_no') }},
        {{ fitted('selected.given_name', 'given_name') }},
        {{ fitted('selected.family_name', 'family_name') }},
        {{ fitted('selected.street_address', 'street_address') }},
        {{ fitted('selected.postal_code', 'postal_code') }},
        {{ fitted('selected.city', 'city') }},
        {{ fitted('selected.phone', 'phone') }},
        {{ fitted('selected.mobile', 'mobile') }},
        {{ fitted('selected.email_student', 'email_student') }},
        {{ fitted('selected.email_staff', 'email_staff') }},
        {{ fitted('selected.email_guardian', 'email_guardian') }},
        {{ fitted('selected.user_name', 'user_name') }},
        {{ fitted('selected.google_account', 'google_account') }}
    from selected
    left join delivered
        on delivered.person_id = selected.person_id

)

select * from typed
