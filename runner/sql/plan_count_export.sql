select 'create', count(*)
from {{ export }}.{{ entity.table }}
having count(*) > 0
