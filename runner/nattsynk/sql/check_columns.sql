{# Tables and columns of one schema of a source, whatever the login may see. -#}
select TABLE_NAME, COLUMN_NAME
from {{ source_database }}.INFORMATION_SCHEMA.COLUMNS
where TABLE_SCHEMA = ?
