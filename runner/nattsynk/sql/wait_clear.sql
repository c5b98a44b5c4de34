delete from {{ delivery }}.waiting_records
