-- A new person waits for a number that another gives up by a line which is held. Parameters: three operations that are held.
insert into {{ delivery }}.waiting_records (entity, record_key, is_held)
select distinct 'person', d.person_id, 1
from {{ delivery }}.delta_persons as d
inner join {{ delivery }}.delivered_persons as c on c.civic_no = d.civic_no and c.person_id <> d.person_id
inner join {{ delivery }}.delta_persons as g on g.person_id = c.person_id and g.operation in (?, ?, ?)
where d.operation = 'create'
