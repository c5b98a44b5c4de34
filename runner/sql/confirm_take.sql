-- What the receiver applied is confirmed. Parameter: sequence.
insert into {{ delivery }}.{{ entity.delivered }} ({{ entity.stored | join(', ') }})
select {{ entity.stored | join(', ') }}
from {{ delivery }}.{{ entity.planned }} as p
where p.sequence = ? and p.operation <> 'delete'
    and not exists (
        select 1
        from {{ delivery }}.rejected_lines as r
        where r.sequence = p.sequence and r.line_no = p.line_no
    )
