{# What a select would give, without running it: name and type of each column, or why it cannot be read. Parameter: the select. -#}
select name, system_type_name, error_number, error_message
from sys.dm_exec_describe_first_result_set(?, null, 0)
order by column_ordinal
