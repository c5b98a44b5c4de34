{# Whether the login may do something; 1 or 0, null where it is told nothing of that name. Parameters: name, class, permission. -#}
select has_perms_by_name(?, ?, ?) as is_permitted
