{# The rows of a table or view of ours in one fixed order. -#}
select {{ columns | join(', ') }}
from {{ schema }}.{{ table }}
order by {{ key | join(', ') }}
