{% from 'in_order.jinja' import in_order -%}
-- The tables that are empty, or not read any more, where an earlier build read rows. Parameters: the earlier build, this one.
select b.table_name
from {{ delivery }}.build_tables as b
where b.build_id = ? and b.row_count > 0
    and not exists (
        select 1
        from {{ delivery }}.build_tables as n
        where n.build_id = ? and n.table_name = b.table_name and n.row_count > 0
    )
order by {{ in_order(('table_name',), exact, table='b.') }}
