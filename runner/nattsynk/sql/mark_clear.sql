delete from {{ delivery }}.state_marks where name = ?
