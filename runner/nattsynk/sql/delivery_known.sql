-- Whether a state of the receiver's is one that a delivery of ours leads to, whatever became of that. Parameters: its sequence and version.
select 1
from {{ delivery }}.deliveries
where sequence = ? and target_version = ?
