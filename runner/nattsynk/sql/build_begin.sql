{# A build begins and takes the next number: until it ends green, nothing may be sent. -#}
insert into {{ delivery }}.builds (build_id, build_no, sync_date, fingerprint, status, options, created_at)
select
    cast(? as nvarchar(40)), coalesce(max(build_no), 0) + 1, cast(? as date), cast(? as nvarchar(64)), cast(? as nvarchar(10)),
    cast(? as nvarchar(200)), cast(? as datetime)
from {{ delivery }}.builds
