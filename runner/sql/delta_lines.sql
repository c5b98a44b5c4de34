{# What would be said of one entity: keys and names of changed columns, no values. -#}
select operation, {{ entity.key | join(', ') }}, changed
from {{ delivery }}.{{ entity.delta }}
order by {{ entity.key | join(', ') }}, operation
