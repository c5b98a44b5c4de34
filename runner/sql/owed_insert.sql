-- Rejected lines become owed records. Parameters: entity name, time, sequence.
insert into {{ delivery }}.owed_records (entity, record_key, operation, problem_type, pointer, sequence, created_at)
select cast(? as nvarchar(20)), {{ entity.record_key }}, d.operation, r.problem_type, r.pointer, d.sequence, cast(? as datetime)
from {{ delivery }}.{{ entity.planned }} as d
inner join {{ delivery }}.rejected_lines as r on r.sequence = d.sequence and r.line_no = d.line_no
where d.sequence = ?
