-- Owes a record once more, unless it is owed already. Parameters: entity, key, time, entity, key.
insert into {{ delivery }}.owed_records (entity, record_key, operation, problem_type, sequence, created_at)
select cast(? as nvarchar(20)), cast(? as nvarchar(400)), 'resend', 'resend', 0, cast(? as datetime)
where not exists (select 1 from {{ delivery }}.owed_records as o where o.entity = ? and o.record_key = ?)
