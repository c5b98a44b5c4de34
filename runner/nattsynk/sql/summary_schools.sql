{% from 'in_order.jinja' import in_order -%}
{# The summary by school, what changes most first. Rows without any number are left out. -#}
select school_id, entity, candidates, exported, excluded, created, updated, deleted
from {{ report }}.rpt_run_summary
where candidates + exported + created + updated + deleted > 0
order by created + updated + deleted desc, excluded desc, {{ in_order(('school_id', 'entity'), exact) }}
