{% from 'unknown.jinja' import unknown with context %}
-- Whom the receiver has answered it does not know may be there still, as one made inactive by hand.
-- Parameters: time, sequence, once for each select of lines.
insert into {{ delivery }}.kept_persons (person_id, civic_no, since)
select d.person_id, d.civic_no, cast(? as datetime)
from {{ delivery }}.delivered_persons as d
where not exists (select 1 from {{ delivery }}.kept_persons as k where k.person_id = d.person_id)
    and d.person_id in (
    {{ unknown(entity, references) }}
    )
