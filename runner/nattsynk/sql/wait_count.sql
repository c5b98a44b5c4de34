select count(*) from {{ delivery }}.waiting_records
