{% from 'in_order.jinja' import in_order -%}
{# The report rows of one school, with the names that its own administrator knows the persons by. -#}
select
{% for column in columns %}
    r.{{ column }},
{% endfor %}
    n.given_name, n.family_name
from {{ report }}.{{ report_table }} as r
left join {{ report }}.rpt_names as n
    on n.entity = r.entity and n.source_system = r.source_system
    and n.source_key = r.source_key and n.school_id = r.school_id
where r.school_id = ?
order by {{ in_order(columns, exact, numbers, 'r.') }}, {{ in_order(('family_name', 'given_name'), exact, table='n.') }}
