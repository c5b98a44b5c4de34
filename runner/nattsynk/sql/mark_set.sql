insert into {{ delivery }}.state_marks (name, value) values (?, ?)
