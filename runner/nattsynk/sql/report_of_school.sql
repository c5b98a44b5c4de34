{% from 'in_order.jinja' import in_order -%}
{# The report rows of one school. -#}
select {{ columns | join(', ') }}
from {{ report }}.{{ report_table }}
where school_id = ?
order by {{ in_order(columns, exact, numbers) }}
