-- The approvals that were given later than it is now. Parameter: now.
select sequence, changed_at, approved_until, approved_by
from {{ delivery }}.deliveries
where state in ('held', 'planned', 'open') and approved_until is not null and changed_at > ?
