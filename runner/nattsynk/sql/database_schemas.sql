-- The schemas of the database that hold anything.
select distinct TABLE_SCHEMA
from INFORMATION_SCHEMA.TABLES
