{# Every rule that spoke of one person or group. -#}
select step, entity, source_key, school_id, verdict, code, rule_id, evidence, text_sv
from {{ report }}.rpt_trail
where {{ column }} = ?
order by step, entity, source_key, school_id, verdict, code, evidence
