-- How many lines of one entity there are to say, by step and operation. Parameters: as delta_to_send has them.
select step, operation, count(*)
{% include 'delta_to_send.jinja' %}
group by step, operation
