select operation, count(*)
from {{ delivery }}.{{ entity.delta }}
group by operation
