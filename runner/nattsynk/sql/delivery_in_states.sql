-- The deliveries that are in one of three states, oldest first.
select {{ columns | join(', ') }}
from {{ delivery }}.deliveries
where state in (?, ?, ?)
order by sequence
