-- Forgets what the receiver has answered it does not know, and what hangs on it there: `table` loses its rows that name one of those
-- in `column`, so that all of it is created anew. Parameters: sequence, once for each select below.
delete from {{ delivery }}.{{ table }}
where {{ column }} in (
    select p.{{ entity.key[0] }}
    from {{ delivery }}.{{ entity.planned }} as p
    inner join {{ delivery }}.rejected_lines as r on r.sequence = p.sequence and r.line_no = p.line_no
    where p.sequence = ? and r.problem_type = 'urn:nattsynk:problem:unknown-record'
    {% for other, name in references %}
    union all
    select p.{{ name }}
    from {{ delivery }}.{{ other.planned }} as p
    inner join {{ delivery }}.rejected_lines as r on r.sequence = p.sequence and r.line_no = p.line_no
    where p.sequence = ? and r.problem_type = 'urn:nattsynk:problem:unknown-reference' and r.pointer in ('/key/{{ name }}', '/data/{{ name }}')
    {% endfor %}
)
