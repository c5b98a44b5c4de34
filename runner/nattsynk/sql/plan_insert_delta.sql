{% from 'in_order.jinja' import in_order -%}
-- Freezes what there is to say of one entity. Parameters: sequence, for each step the line before the entity's first, then as delta_to_send has them.
insert into {{ delivery }}.{{ entity.planned }} (sequence, line_no, {{ entity.line | join(', ') }})
select
    cast(? as int),
    case step{% for step in steps %} when {{ step }} then cast(? as int){% endfor %} end
    + row_number() over (partition by step order by {{ in_order(entity.key, exact) }}),
    {{ entity.line | join(', ') }}
{% include 'delta_to_send.jinja' %}
