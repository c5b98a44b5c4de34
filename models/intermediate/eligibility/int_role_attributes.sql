-- Which attributes of a person go to the receiver, by role (PER-5).
-- One row a role; a column an attribute, 1 where it goes, 0 where it is omitted. An address by role goes on that role alone.
-- Change: rows of the profile's seeds/attributes.csv go before the rule set's in seeds/rules/rule_set_attributes.csv.

with

policies as (

    select 1 as origin_rank, role, attribute, policy from {{ ref('attributes') }}
    union all
    select 2, role, attribute, policy from {{ ref('rule_set_attributes') }}
    where rule_set = {{ setting('rule_set') }}

),

ranked as (

    select
        policies.*,
        row_number() over (partition by role, attribute order by origin_rank, policy) as policy_rank
    from policies

),

pivoted as (

    select
        role,
        {%- for attribute in person_attributes() %}
        max(case
            when attribute = '{{ attribute }}' and policy <> 'omit'
                {%- if attribute == 'civic_no' %} and {{ setting('include_civic_no') }} = 1{% endif %}
                {%- if attribute.startswith('email_') %} and role = '{{ attribute | replace('email_', '') }}'{% endif %} then 1
            else 0
        end) as {{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    from ranked
    where policy_rank = 1
    group by role

)

select * from pivoted
