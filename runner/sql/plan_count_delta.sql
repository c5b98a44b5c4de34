-- What there is to say of one entity, less what an erasure still owes: that is said by the next erasure alone.
select step, operation, count(*)
from {{ delivery }}.{{ entity.delta }} as d
where not exists (
    select 1
    from {{ delivery }}.owed_records as o
    inner join {{ delivery }}.deliveries as l on l.sequence = o.sequence and l.lane = 'erase'
    where o.entity = '{{ entity.name }}' and o.record_key = {{ entity.record_key }}
)
group by step, operation
