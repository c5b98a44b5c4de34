-- Who is deactivated or hidden by a delta is kept at the receiver, and so is whom it refused to hide. Parameters: time, sequence.
insert into {{ delivery }}.kept_persons (person_id, civic_no, since)
select d.person_id, d.civic_no, cast(? as datetime)
from {{ delivery }}.delivered_persons as d
where not exists (select 1 from {{ delivery }}.kept_persons as k where k.person_id = d.person_id)
    and exists (
        select 1
        from {{ delivery }}.planned_persons as p
        where p.sequence = ? and p.person_id = d.person_id and p.operation = 'delete' and p.mode in ('deactivate', 'hide')
            and (p.mode = 'hide' or not exists (
                select 1
                from {{ delivery }}.rejected_lines as r
                where r.sequence = p.sequence and r.line_no = p.line_no
            ))
    )
