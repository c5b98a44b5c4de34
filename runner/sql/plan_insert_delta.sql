-- Freezes one entity's delta, less what an erasure still owes. Parameters: sequence, then for each step the line before the entity's first.
insert into {{ delivery }}.{{ entity.planned }} (sequence, line_no, {{ entity.line | join(', ') }})
select
    cast(? as int),
    case step{% for step in steps %} when {{ step }} then cast(? as int){% endfor %} end
    + row_number() over (partition by step order by {{ entity.key | join(', ') }}),
    {{ entity.line | join(', ') }}
from {{ delivery }}.{{ entity.delta }} as d
where not exists (
    select 1
    from {{ delivery }}.owed_records as o
    inner join {{ delivery }}.deliveries as l on l.sequence = o.sequence and l.lane = 'erase'
    where o.entity = '{{ entity.name }}' and o.record_key = {{ entity.record_key }}
)
