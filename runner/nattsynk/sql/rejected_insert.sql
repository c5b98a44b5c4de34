insert into {{ delivery }}.rejected_lines (sequence, line_no, problem_type, pointer)
values (?, ?, ?, ?)
