{# The summary over all schools. rpt_run_summary holds no count of what is erased (PER-2). -#}
select entity, sum(candidates), sum(exported), sum(excluded), sum(created), sum(updated), sum(deleted)
from {{ report }}.rpt_run_summary
group by entity
