{# One key of a person that was left out, to show what explain says. -#}
select min(source_key) as source_key
from {{ report }}.rpt_exclusions
where entity = 'person'
