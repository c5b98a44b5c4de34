-- The unbroken runs of one entity's planned lines: first and last of each. Parameter: sequence.
select min(line_no) as first_line, max(line_no) as last_line
from (
    select line_no, line_no - row_number() over (order by line_no) as run
    from {{ delivery }}.{{ entity.planned }}
    where sequence = ?
) as numbered
group by run
