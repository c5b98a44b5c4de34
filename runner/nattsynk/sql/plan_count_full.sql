select 4 as step, 'create' as operation, count(*) as line_count
from {{ export }}.{{ entity.table }}
having count(*) > 0
union all
select 5, 'delete', count(*)
from {{ delivery }}.{{ entity.delta }}
where mode = 'release'
having count(*) > 0
