-- All new persons wait.
insert into {{ delivery }}.waiting_records (entity, record_key, is_held)
select 'person', d.person_id, 1
from {{ delivery }}.delta_persons as d
where d.operation = 'create'
    and d.person_id not in (select w.record_key from {{ delivery }}.waiting_records as w where w.entity = 'person')
