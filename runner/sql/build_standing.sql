{# The latest build and what it was built from, whatever became of it. -#}
select latest.build_id, latest.sync_date, latest.fingerprint, latest.status
from {{ delivery }}.builds as latest
where latest.created_at = (select max(other.created_at) from {{ delivery }}.builds as other)
