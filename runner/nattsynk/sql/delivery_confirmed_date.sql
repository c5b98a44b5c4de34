-- The sync date of the last confirmed delivery that was no erasure.
select sync_date
from {{ delivery }}.deliveries
where sequence = (
    select max(l.sequence)
    from {{ delivery }}.deliveries as l
    where l.state = 'confirmed' and l.lane = 'main'
)
