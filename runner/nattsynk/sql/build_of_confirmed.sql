-- The build of the last confirmed delivery; an erasure goes whatever its build is like, so it tells nothing of it.
select b.build_id, b.sync_date, b.fingerprint, b.status, b.options, b.finished_at, b.register_persons, b.register_covered
from {{ delivery }}.builds as b
inner join {{ delivery }}.deliveries as d on d.build_id = b.build_id
where d.sequence = (select max(sequence) from {{ delivery }}.deliveries where state = 'confirmed' and lane = 'main')
