-- What the receiver does with each attribute of a person (PER-5, PER-9): the most careful of the policies of the person's roles. The
-- columns are the attributes: 0 means omit, 1 fill, 2 overwrite. An e-mail address by role follows that role alone, for as long as the
-- receiver has such an address from us.
-- One row is a delivered person. Key: person_id.
-- Change: the profile's seeds/attributes.csv and the setting include_civic_no.

with

persons as (

    select * from {{ ref('int_persons_judged') }} where reason_code is null and person_rank = 1

),

role_attributes as (

    select * from {{ ref('int_role_attributes') }}

),

delivered as (

    select * from {{ source('delivery', 'delivered_persons') }}

),

roles as (

    {%- for role in ['student', 'staff', 'guardian'] %}
    {%- if not loop.first %}
    union all
    {%- endif %}
    select persons.person_id, '{{ role }}' as role, persons.is_{{ role }} as is_held
    from persons
    left join delivered
        on delivered.person_id = persons.person_id
    where persons.is_{{ role }} = 1 or delivered.email_{{ role }} is not null
    {%- endfor %}

),

policies as (

    select
        roles.person_id,
        {%- for attribute in person_attributes() %}
        {%- if attribute.startswith('email_') %}
        max(role_attributes.{{ attribute }}) as {{ attribute }}
        {%- else %}
        min(case when roles.is_held = 1 then role_attributes.{{ attribute }} end) as {{ attribute }}
        {%- endif %}{{ ',' if not loop.last }}
        {%- endfor %}
    from roles
    inner join role_attributes
        on role_attributes.role = roles.role
    group by roles.person_id

),

listed as (

    select
        policies.*,
        {%- for name, policy in [('filled', 1), ('omitted', 0)] %}
        nullif(substring(concat(
            {%- for attribute in person_attributes() %}
            case when {{ attribute }} = {{ policy }} then ',{{ attribute }}' else '' end,
            {%- endfor %}
            ''
        ), 2, 1000), '') as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from policies

)

select * from listed
