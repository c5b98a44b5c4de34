{% from 'in_order.jinja' import in_order -%}
{# What would be said of one entity: keys, names of changed columns, how it is removed, and the day a new class is shown from; no values. -#}
select
    d.operation,
{% for column in entity.key %}
    d.{{ column }},
{% endfor %}
{% if entity.name == 'group' %}
    coalesce(d.changed, d.mode, case when v.visible_from is not null then concat('visible from ', v.visible_from) end)
{% else %}
    coalesce(d.changed, d.mode)
{% endif %}
from {{ delivery }}.{{ entity.delta }} as d
{% if entity.name == 'group' %}
left join {{ delivery }}.delta_groups_visible as v
    on v.group_id = d.group_id
{% endif %}
order by {{ in_order(entity.key + ('operation',), exact, table='d.') }}
