{# The words that a hook's own select gives in a column, each once. -#}
select distinct {{ hook_column }}
from (
    {{ hook_sql }}
) as hook
