{# A source table by our names of its columns, whatever the site calls them. own_names: (ours, the site's). -#}
select
    {% for ours, site in own_names %}
    {{ site }} as {{ ours }}{{ ',' if not loop.last }}
    {% endfor %}
from {{ source_table }}
