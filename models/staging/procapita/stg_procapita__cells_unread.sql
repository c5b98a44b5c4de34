-- The cells of ProCapita and TED that should name a person and are blank, or no number, so that their rows name nobody who may be read
-- (DQ-4). A number that is protected, or somebody's, is not here.
-- One row is a cell. No key: a number may stand in many cells. A view over the sources: whose number it could be is never stored.
-- Change: add a further table that names persons below. is_key is 1 if its rows say nothing without the number.

with

cells as (

    {%- for module, table, column, is_key in [
        ('register', 'ki0v0fol', 'personnr', 1),
        ('school', 'kj1v0kla', 'mentor_personnr', 0),
        ('school', 'kj1v0plk', 'personnr', 1),
        ('school', 'kj1v0plk', 'mentor_personnr', 0),
        ('school', 'kj1v0grm', 'personnr', 1),
        ('school', 'kj1v0ans', 'personnr', 1),
        ('school', 'kj1v0akt', 'personnr', 1),
        ('gymnasium', 'kjgp0kla', 'mentor_personnr', 0),
        ('gymnasium', 'kjgp0ekl', 'personnr', 1),
        ('gymnasium', 'kjgp0evg', 'personnr', 1),
        ('gymnasium', 'kjgp0pak', 'personnr', 1),
    ] %}
    select source_system, '{{ table }}' as table_name, '{{ column }}' as column_name, {{ is_key }} as is_key, {{ civic_key(column) }} as cell
    from ({{ read_source('procapita', module, table, [column]) }}) as source_rows
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

unread as (

    select
        source_system,
        table_name,
        column_name,
        case when cell is null then 'key' else 'number' end as holds,
        cell
    from cells
    where (cell is null and is_key = 1)
        or (
            {{ is_unreadable_number('cell') }} = 1
            and cell is not null
            and {{ is_open_person('cells.cell') }}
            and not {{ is_known_person('cells', 'cell') }}
        )

)

select * from unread
