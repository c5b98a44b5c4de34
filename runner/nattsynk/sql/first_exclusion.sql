{# One key of a person that was left out, to show what explain says. -#}
select min(source_key collate {{ exact }}) as source_key
from {{ report }}.rpt_exclusions
where entity = 'person'
