insert into {{ delivery }}.delivery_parts (sequence, part, first_line, last_line, length, sha256)
values (?, ?, ?, ?, ?, ?)
