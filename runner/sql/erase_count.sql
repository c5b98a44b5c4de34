{# What has to be erased before anything else, by entity. -#}
select entity, count(*)
from {{ delivery }}.delta_erased_records
group by entity
