-- Whether the receiver still has the person from us, as one who is there. Parameter: the id.
select 1
from {{ delivery }}.delivered_persons as d
where d.person_id = ?
