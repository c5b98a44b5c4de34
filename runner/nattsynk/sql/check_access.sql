{# Whether the login may enter a database; null where there is none. Parameter: its name. -#}
select has_dbaccess(?) as is_open
