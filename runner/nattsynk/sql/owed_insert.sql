-- Rejected lines become owed records, of several about one record the first. A create of what is confirmed was said once more (resend),
-- and has to be again, for nothing differs. Parameters: entity name, time, sequence.
insert into {{ delivery }}.owed_records (entity, record_key, operation, problem_type, pointer, sequence, created_at)
select cast(? as nvarchar(20)), record_key, operation, problem_type, pointer, sequence, cast(? as datetime)
from (
    select
        {{ entity.record_key }} as record_key, r.problem_type, r.pointer, d.sequence,
        case when d.operation = 'create' and c.{{ entity.key[0] }} is not null then 'resend' else d.operation end as operation,
        row_number() over (partition by {{ entity.record_key }} order by d.line_no) as line_rank
    from {{ delivery }}.{{ entity.planned }} as d
    inner join {{ delivery }}.rejected_lines as r on r.sequence = d.sequence and r.line_no = d.line_no
    left join {{ delivery }}.{{ entity.delivered }} as c
        on {% for column in entity.key %}c.{{ column }} = d.{{ column }}{{ ' and ' if not loop.last }}{% endfor %}

    where d.sequence = ?
) as rejected
where line_rank = 1
