-- After a full delivery: nothing is confirmed any more but what it says, and the old state of lines that were rejected.
-- Parameter: sequence.
delete from {{ delivery }}.{{ entity.delivered }}
where not exists (
    select 1
    from {{ delivery }}.{{ entity.planned }} as p
    inner join {{ delivery }}.rejected_lines as r on r.sequence = p.sequence and r.line_no = p.line_no
    where p.sequence = ?
        {% for column in entity.key %}
        and p.{{ column }} = {{ entity.delivered }}.{{ column }}
        {% endfor %}
)
