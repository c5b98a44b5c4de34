{% from 'in_order.jinja' import in_order -%}
{# How many rows of a report say the same. -#}
select rule_id, text_sv, count(*) as row_count
from {{ report }}.{{ report_table }}
group by rule_id, text_sv
order by count(*) desc, {{ in_order(('rule_id', 'text_sv'), exact) }}
