-- Freezes everything of one entity as new. Parameters: sequence, the line before the entity's first.
insert into {{ delivery }}.{{ entity.planned }} (sequence, line_no, operation, changed, {{ entity.columns | join(', ') }})
select
    cast(? as int),
    cast(? as int) + row_number() over (order by {{ entity.key | join(', ') }}),
    'create',
    null,
    {{ entity.columns | join(', ') }}
from {{ export }}.{{ entity.table }}
