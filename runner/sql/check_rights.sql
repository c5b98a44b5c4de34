{# Whether the login may make our schemas; 1 or 0. -#}
select HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'CREATE SCHEMA')
