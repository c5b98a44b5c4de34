{% from 'unknown.jinja' import unknown with context %}
-- Forgets what the receiver has answered it does not know, and what hangs on it there: `table` loses its rows that name one of those
-- in `column`, or one that hangs on a record of another entity that is unknown, so that all of it is created anew.
-- Parameters: sequence, once for each select of lines.
delete from {{ delivery }}.{{ table }}
where {{ column }} in (
    {{ unknown(entity, references) }}
    {% for other, name, others in hangs_on %}
    union all
    select d.{{ entity.key[0] }}
    from {{ delivery }}.{{ entity.delivered }} as d
    where d.{{ name }} in (
    {{ unknown(other, others) }}
    )
    {% endfor %}
)
