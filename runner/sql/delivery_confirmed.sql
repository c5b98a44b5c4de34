-- What the receiver has confirmed last.
select sequence, target_version
from {{ delivery }}.deliveries
where sequence = (select max(sequence) from {{ delivery }}.deliveries where state = 'confirmed')
