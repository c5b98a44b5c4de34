delete from {{ delivery }}.rejected_lines
where sequence = ?
