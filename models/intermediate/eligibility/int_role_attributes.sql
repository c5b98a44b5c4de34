-- What the receiver does with each attribute of a person in a role (PER-5, PER-9). The columns are the attributes: 0 means omit, 1 fill, 2
-- overwrite. An e-mail address by role is sent in that role alone.
-- One row is a role. Key: role.
-- Change: rows of the profile's seeds/attributes.csv take precedence over those of the rule set in seeds/rules/rule_set_attributes.csv.

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
