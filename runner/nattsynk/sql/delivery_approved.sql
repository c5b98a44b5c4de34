-- The delivery of a lane that somebody has approved and that has not been confirmed. Parameters: lane, now.
select {{ columns | join(', ') }}
from {{ delivery }}.deliveries
where lane = ? and state in ('held', 'planned', 'open') and approved_until > ?
order by sequence desc
