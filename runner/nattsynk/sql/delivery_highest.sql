select max(sequence) from {{ delivery }}.deliveries
