{% from 'in_order.jinja' import in_order -%}
{# DQ-4: the columns of the registers that hold everything, with how much of each cannot be read and how it is written. -#}
select source_system, table_name, column_name, holds, cell_count, unreadable_count, form
from {{ rules }}.int_columns_read
where is_mostly_unreadable = 1
order by {{ in_order(('source_system', 'table_name', 'column_name', 'holds'), exact) }}
