{# The keys of one entity that have to be erased or hidden before anything else. -#}
select {{ entity.key | join(', ') }}
from {{ delivery }}.delta_erased_records
where entity = '{{ entity.name }}' and is_waiting = 0
