-- The delivery that somebody has approved and that has not been confirmed. Parameter: now.
select {{ columns | join(', ') }}
from {{ delivery }}.deliveries
where state in ('held', 'planned', 'open') and approved_until > ?
order by sequence desc
