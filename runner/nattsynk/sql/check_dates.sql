{% from 'source_cell.jinja' import source_cell -%}
{# Of each date column of a source table: how many cells are written, and how many of them are no date (DQ-3). Each value is judged once. -#}
select
    {{ macros.exact('date_column') }} as date_column,
    coalesce(sum(case when cell is null then 0 else cell_count end), 0) as written,
    coalesce(sum(case when {{ macros.is_unreadable_date('cell') }} = 1 then cell_count else 0 end), 0) as unreadable
from (
    {% for name in dates %}
    select
        '{{ name }}' as date_column,
        {{ source_cell(macros, name, 'date') }} as cell,
        count(*) as cell_count
    from {{ source_table }}
    group by {{ macros.as_text(name, 'date') }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
) as cells
group by {{ macros.exact('date_column') }}
