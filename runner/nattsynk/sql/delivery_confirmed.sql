-- What the receiver has confirmed, the last first.
select sequence, target_version, lane, base_sequence, base_version
from {{ delivery }}.deliveries
where state = 'confirmed'
order by sequence desc
