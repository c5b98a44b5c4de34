-- Takes away what a line was applied to, and what the receiver answered it does not know (so that it is created next).
-- Parameters: sequence, the problem type of the unknown.
delete from {{ delivery }}.{{ entity.delivered }}
where exists (
    select 1
    from {{ delivery }}.{{ entity.planned }} as p
    where p.sequence = ?
        {% for column in entity.key %}
        and p.{{ column }} = {{ entity.delivered }}.{{ column }}
        {% endfor %}
        and not exists (
            select 1
            from {{ delivery }}.rejected_lines as r
            where r.sequence = p.sequence and r.line_no = p.line_no and r.problem_type <> ?
        )
)
