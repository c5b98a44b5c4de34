-- The keys of one entity's exported records that name a record of another. Parameters: its key, once for each column that may.
select {{ entity.record_key }}
from {{ export }}.{{ entity.table }} as d
where {% for column in links %}d.{{ column }} = ?{{ ' or ' if not loop.last }}{% endfor %}

