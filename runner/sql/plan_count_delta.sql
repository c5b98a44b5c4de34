-- How many lines of one entity there are to say, by step and operation. Parameters: as plan_said has them.
select step, operation, count(*)
{% include 'plan_said.jinja' %}
group by step, operation
