-- What names such a record has to wait: the receiver has refused it, and does not have it.
insert into {{ delivery }}.waiting_records (entity, record_key, is_held)
select o.entity, o.record_key, 0
from {{ delivery }}.owed_records as o
where o.entity = '{{ entity.name }}'
    and not exists (select 1 from {{ delivery }}.{{ entity.delivered }} as d where {{ entity.record_key }} = o.record_key)
    and o.record_key not in (select w.record_key from {{ delivery }}.waiting_records as w where w.entity = '{{ entity.name }}')
