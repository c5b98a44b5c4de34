-- Planned lines of one entity, from one number to another. Parameters: sequence, first, last.
select line_no, {{ entity.line | join(', ') }}
from {{ delivery }}.{{ entity.planned }}
where sequence = ? and line_no between ? and ?
order by line_no
