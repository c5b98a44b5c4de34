{% from 'in_order.jinja' import in_order -%}
{% from 'named.jinja' import compared, named_by_key -%}
{# What there is to say to the receiver of the record that the key names, also where the register has it no more. Nothing of who is erased. -#}
with

{{ named_by_key(delivery, rules) }}

select told.operation, told.entity, told.record_key
from {{ delivery }}.delta_changes_told as told
cross join asked
where asked.record = {{ compared("replace(told.record_key, '|', ' ')") }}
    or {{ compared('told.record_key') }} in (select named.id from named)
order by {{ in_order(('entity', 'record_key', 'operation'), exact, table='told.') }}
