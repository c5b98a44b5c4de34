-- Freezes everything of one entity as new, and what is released: the receiver would remove what a full delivery does not say.
-- Parameters: sequence, the line before the entity's first delete, the line before its first other line.
insert into {{ delivery }}.{{ entity.planned }} (sequence, line_no, {{ entity.line | join(', ') }})
select
    cast(? as int),
    case when operation = 'delete' then cast(? as int) else cast(? as int) end
    + row_number() over (
        partition by case when operation = 'delete' then 1 else 0 end
        order by {{ entity.key | join(', ') }}
    ),
    {{ entity.line | join(', ') }}
from (
    select
        'create' as operation,
        cast(null as nvarchar(1000)) as changed,
        cast(null as nvarchar(10)) as mode,
        {{ (entity.policies + entity.columns) | join(', ') }}
    from {{ export }}.{{ entity.table }}
    union all
    select {{ entity.line | join(', ') }}
    from {{ delivery }}.{{ entity.delta }}
    where mode = 'release'
) as said
