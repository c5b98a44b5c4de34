{# The report rows of one school. -#}
select {{ columns | join(', ') }}
from {{ report }}.{{ report_table }}
where school_id = ?
order by {{ columns | join(', ') }}
