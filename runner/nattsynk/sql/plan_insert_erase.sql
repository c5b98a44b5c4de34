{% from 'in_order.jinja' import in_order -%}
-- Freezes what has to be erased or hidden of one entity: keys alone.
-- Parameters: sequence, the line before the entity's first, whether it is what waits for an approval (1) or what goes at once (0).
insert into {{ delivery }}.{{ entity.planned }} (sequence, line_no, operation, mode, {{ entity.key | join(', ') }})
select
    cast(? as int),
    cast(? as int) + row_number() over (order by {{ in_order(entity.key, exact) }}),
    'delete',
    mode,
    {{ entity.key | join(', ') }}
from {{ delivery }}.delta_erased_records
where entity = '{{ entity.name }}' and is_waiting = ?
