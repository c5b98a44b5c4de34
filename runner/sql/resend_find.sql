-- The keys of one entity's exported records that are the record asked for or, where links go along, name it.
-- Parameters: the key, the key without signs, once for each place it is looked for in.
select {{ entity.record_key }}
from {{ export }}.{{ entity.table }} as d
where {{ entity.record_key }} = ?
    {% if entity.name == 'person' %}
    or replace(d.civic_no, '-', '') = ?
    {% endif %}
