-- How many rows a table has that a build has landed. Parameters: build, table.
insert into {{ delivery }}.build_tables (build_id, table_name, row_count)
select cast(? as nvarchar(40)), cast(? as nvarchar(100)), count(*)
from {{ landing }}.{{ table }}
