-- A new group waits for its school, and what is in the group waits for both.
insert into {{ delivery }}.waiting_records (entity, record_key, is_held)
select 'group', d.group_id, 0
from {{ delivery }}.delta_groups as d
where d.operation = 'create'
    and d.school_id in (select w.record_key from {{ delivery }}.waiting_records as w where w.entity = 'school')
    and d.group_id not in (select w.record_key from {{ delivery }}.waiting_records as w where w.entity = 'group')
