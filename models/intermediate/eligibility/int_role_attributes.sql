-- What the receiver does with each attribute of a person, by role (PER-5, PER-9).
-- One row a role; a column an attribute: 0 it is omitted, 1 it is filled, 2 it overwrites. An address by role goes on that role alone.
-- Change: rows of the profile's seeds/attributes.csv go before the rule set's in seeds/rules/rule_set_attributes.csv.

with

policies as (

    select 1 as origin_rank, role, attribute, policy from {{ ref('attributes') }}
    union all
    select 2, role, attribute, policy from {{ ref('rule_set_attributes') }}
    where rule_set = {{ setting('rule_set') }}

),

graded as (

    select
        policies.*,
        case policy when 'overwrite' then 2 when 'fill' then 1 else 0 end as grade
    from policies

),

ranked as (

    select
        graded.*,
        row_number() over (partition by role, attribute order by origin_rank, grade) as policy_rank
    from graded

),

pivoted as (

    select
        role,
        {%- for attribute in person_attributes() %}
        max(case
            when attribute = '{{ attribute }}'
                {%- if attribute == 'civic_no' %} and {{ setting('include_civic_no') }} = 1{% endif %}
                {%- if attribute.startswith('email_') %} and role = '{{ attribute | replace('email_', '') }}'{% endif %} then grade
            else 0
        end) as {{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    from ranked
    where policy_rank = 1
    group by role

)

select * from pivoted
