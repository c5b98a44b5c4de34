-- Freezes one entity's delta. Parameters: sequence, the line before the entity's first delete, the line before its first other line.
insert into {{ delivery }}.{{ entity.planned }} (sequence, line_no, {{ entity.line | join(', ') }})
select
    cast(? as int),
    case when operation = 'delete' then cast(? as int) else cast(? as int) end
    + row_number() over (
        partition by case when operation = 'delete' then 1 else 0 end
        order by {{ entity.key | join(', ') }}
    ),
    {{ entity.line | join(', ') }}
from {{ delivery }}.{{ entity.delta }}
