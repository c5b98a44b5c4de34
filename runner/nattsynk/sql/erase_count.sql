{# What an erasure says, by entity and by whether it waits for an approval (1). -#}
select entity, is_waiting, count(*)
from {{ delivery }}.delta_erased_records
group by entity, is_waiting
