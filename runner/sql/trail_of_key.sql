{% from 'in_order.jinja' import in_order -%}
{# Every rule that spoke of one person or group; of a group also what was said of its staff. The key: as keys.compared() writes it. -#}
select step, entity, source_key, school_id, verdict, code, rule_id, evidence, text_sv
from {{ report }}.rpt_trail
where lower(replace(replace({{ column }}, '{', ''), '}', '')) = ?
{% if column == 'subject_key' %}
    or (lower(replace(replace(group_id, '{', ''), '}', '')) = ? and entity = 'staff')
{% endif %}
order by {{ in_order(('step', 'entity', 'source_key', 'school_id', 'verdict', 'code', 'evidence'), exact, ('step',)) }}
