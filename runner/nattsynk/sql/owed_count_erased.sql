-- How many records an erasure still owes, because the receiver refused it.
select count(*)
from {{ delivery }}.owed_records as o
inner join {{ delivery }}.deliveries as l on l.sequence = o.sequence
where l.lane = 'erase'
