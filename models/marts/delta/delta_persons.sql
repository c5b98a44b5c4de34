-- What has to be said so that the receiver holds export_persons: what is new, changed or gone.
-- One row a person that differs (person_id); `changed` lists the columns of an update. An omitted attribute is no difference and
-- keeps the confirmed value, for the receiver does too (PER-5): it says nothing by itself, and is compared again when it is sent again.
-- Change: how a person is removed is the setting person_removal; what is omitted stands in int_person_attributes.

with

persons as (

    select * from {{ ref('export_persons') }}

),

policies as (

    select * from {{ ref('int_person_attributes') }}

),

confirmed as (

    select * from {{ source('delivery', 'delivered_persons') }}

),

kept as (

    select
        persons.person_id,
        persons.previous_civic_no,
        persons.filled,
        persons.omitted,
        {%- for attribute in person_attributes() %}
        case when policies.{{ attribute }} = 0 then confirmed.{{ attribute }} else persons.{{ attribute }} end as {{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    from persons
    left join policies
        on policies.person_id = persons.person_id
    left join confirmed
        on confirmed.person_id = persons.person_id

),

compared as (

    {{ compare_with_delivered(
        'persons', key=['person_id'],
        columns=['civic_no', 'previous_civic_no', 'given_name', 'family_name', 'street_address', 'postal_code', 'city', 'phone', 'mobile', 'email_student', 'email_staff', 'email_guardian', 'user_name', 'google_account'],
        policies=['filled', 'omitted'], removal=setting('person_removal'), exported='kept'
    ) }}

)

select * from compared where operation is not null
