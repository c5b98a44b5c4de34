{# One row if the table or view stands in the schema. -#}
select TABLE_NAME
from INFORMATION_SCHEMA.TABLES
where TABLE_SCHEMA = ? and TABLE_NAME = ?
