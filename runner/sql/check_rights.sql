{# Whether the login may make our schemas; 1 or 0. -#}
select has_perms_by_name(db_name(), 'DATABASE', 'CREATE SCHEMA') as may_create_schemas
