-- Owes a record once more. Parameters: entity, key, time.
insert into {{ delivery }}.owed_records (entity, record_key, operation, problem_type, sequence, created_at)
values (?, ?, 'resend', 'resend', 0, ?)
