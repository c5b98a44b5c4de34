{% from 'in_order.jinja' import in_order -%}
select reason, operation, entity, school_id, line_count, confirmed_count, most_percent
from {{ delivery }}.delta_limits_passed
order by {{ in_order(('reason', 'entity', 'school_id'), exact) }}
