select build_id, sync_date, status, options, finished_at, register_persons, register_covered
from {{ delivery }}.builds
where created_at = (select max(created_at) from {{ delivery }}.builds)
