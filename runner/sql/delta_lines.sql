{# What would be said of one entity: keys, names of changed columns and how it is removed, no values. -#}
select operation, {{ entity.key | join(', ') }}, coalesce(changed, mode)
from {{ delivery }}.{{ entity.delta }}
order by {{ entity.key | join(', ') }}, operation
