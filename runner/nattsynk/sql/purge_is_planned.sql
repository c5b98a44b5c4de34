-- Whether a frozen line names the person in that column. Parameter: the id.
select 1
from {{ delivery }}.{{ entity.planned }}
where {{ column }} = ?
having count(*) > 0
