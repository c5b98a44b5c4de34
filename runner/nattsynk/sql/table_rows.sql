{% from 'in_order.jinja' import in_order -%}
{# The rows of a table or view of ours in one fixed order. numbers: the columns of the key that are no texts. -#}
select {{ columns | join(', ') }}
from {{ schema }}.{{ table }}
order by {{ in_order(key, exact, numbers) }}
