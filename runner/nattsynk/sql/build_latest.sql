{# The build that began last, whatever became of it; its number says so, not its time: a clock may be set back. -#}
select build_id, sync_date, fingerprint, status, options, finished_at, register_persons, register_covered
from {{ delivery }}.builds
where build_no = (select max(build_no) from {{ delivery }}.builds)
