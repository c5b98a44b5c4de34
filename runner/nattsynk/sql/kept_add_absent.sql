-- Who is deactivated because a full delivery did not say them is kept at the receiver. Parameters: time, sequence.
insert into {{ delivery }}.kept_persons (person_id, civic_no, since)
select d.person_id, d.civic_no, cast(? as datetime)
from {{ delivery }}.delivered_persons as d
where not exists (select 1 from {{ delivery }}.kept_persons as k where k.person_id = d.person_id)
    and not exists (select 1 from {{ delivery }}.planned_persons as p where p.sequence = ? and p.person_id = d.person_id)
