select 'create', count(*)
from {{ export }}.{{ entity.table }}
having count(*) > 0
union all
select 'delete', count(*)
from {{ delivery }}.{{ entity.delta }}
where mode = 'release'
having count(*) > 0
