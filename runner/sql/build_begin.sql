{# A build begins: until it ends green, nothing may be sent. -#}
insert into {{ delivery }}.builds (build_id, sync_date, fingerprint, status, options, created_at)
values (?, ?, ?, ?, ?, ?)
