-- What the receiver applied is confirmed: of several lines about one record the last. Parameter: sequence.
insert into {{ delivery }}.{{ entity.delivered }} ({{ entity.stored | join(', ') }})
select {{ entity.stored | join(', ') }}
from (
    select
        operation,
        {% for column in entity.stored %}
        {{ column }},
        {% endfor %}
        row_number() over (partition by {{ entity.key | join(', ') }} order by line_no desc) as line_rank
    from {{ delivery }}.{{ entity.planned }} as p
    where p.sequence = ?
        and not exists (
            select 1
            from {{ delivery }}.rejected_lines as r
            where r.sequence = p.sequence and r.line_no = p.line_no
        )
) as applied
where line_rank = 1 and operation <> 'delete'
