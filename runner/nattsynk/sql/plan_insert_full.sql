{% from 'in_order.jinja' import in_order -%}
-- Freezes everything of one entity as new, and what is released: the receiver would remove what a full delivery does not say.
-- Parameters: sequence, then for each step the line before the entity's first.
insert into {{ delivery }}.{{ entity.planned }} (sequence, line_no, {{ entity.line | join(', ') }})
select
    cast(? as int),
    case step{% for step in steps %} when {{ step }} then cast(? as int){% endfor %} end
    + row_number() over (partition by step order by {{ in_order(entity.key, exact) }}),
    {{ entity.line | join(', ') }}
from (
    select
        4 as step,
        'create' as operation,
        cast(null as nvarchar(1000)) as changed,
        cast(null as nvarchar(10)) as mode,
        {{ (entity.policies + entity.columns) | join(', ') }}
    from {{ export }}.{{ entity.table }}
    union all
    select 5, {{ entity.line | join(', ') }}
    from {{ delivery }}.{{ entity.delta }}
    where mode = 'release'
) as said
