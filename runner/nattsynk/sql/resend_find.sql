{% from 'named.jinja' import compared, named_by_key -%}
{# The keys of one entity's exported records that the key names. -#}
with

{{ named_by_key(delivery, rules) }}

select {{ entity.record_key }}
from {{ export }}.{{ entity.table }} as d
cross join asked
where asked.record = {{ compared("replace(" ~ entity.record_key ~ ", '|', ' ')") }}
    or {{ compared(entity.record_key) }} in (select named.id from named)
