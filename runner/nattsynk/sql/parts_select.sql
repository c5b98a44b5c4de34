select part, first_line, last_line, length, sha256
from {{ delivery }}.delivery_parts
where sequence = ?
order by part
