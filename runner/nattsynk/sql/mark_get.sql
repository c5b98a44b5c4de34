select value from {{ delivery }}.state_marks where name = ?
