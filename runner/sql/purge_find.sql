-- Whom our history has by that id or number. Parameters: the id and the number without signs, twice.
select d.person_id
from {{ delivery }}.delivered_persons as d
where d.person_id = ? or replace(d.civic_no, '-', '') = ?
union
select k.person_id
from {{ delivery }}.kept_persons as k
where k.person_id = ? or replace(k.civic_no, '-', '') = ?
