{# How many rows a source table has. -#}
select count(*) as row_count
from {{ source_table }}
