-- The cells of Extens and IST Administration that should name a person and are blank, so that their rows name nobody (DQ-4).
-- One row is a cell. No key: they are all blank. A view over the sources.
-- Change: add a further table that names persons below.

with

cells as (

    {%- for table, column in [
        ('register_epost', 'person_id'),
        ('elevplacering', 'person_id'),
        ('klassplacering', 'person_id'),
        ('elevaktivitet', 'person_id'),
        ('personal', 'person_id'),
        ('samband', 'person_id'),
        ('samband', 'samband_person_id'),
        ('mentorsgrupp_medlem', 'person_id'),
    ] %}
    select source_system, '{{ table }}' as table_name, '{{ column }}' as column_name, {{ column }} as cell
    from ({{ read_source('extens', 'school', table, [column]) }}) as source_rows
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

unread as (

    select
        source_system,
        table_name,
        column_name,
        'key' as holds,
        cell
    from cells
    where cell is null

)

select * from unread
