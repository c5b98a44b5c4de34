select count(*) from {{ delivery }}.owed_records
