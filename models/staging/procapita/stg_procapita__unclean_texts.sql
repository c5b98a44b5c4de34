-- The names, addresses and e-mails of ProCapita with characters that are no text, or with marks apart from their letters (DQ-5).
-- One row is a cell of a landing table. No key: the register may repeat one.
-- Change: the sources' yml says which columns of persons hold such texts (holds). Add a further column of units, classes and groups
-- below. Read it through `cleaned` in staging.

with

persons as (

    select * from {{ ref('land_procapita__known_persons') }}

),

person_rows as (

    {%- for table, person_key in [('ki0v0fol', 'null'), ('kj1v0per', 'personguid'), ('kjgv0per', 'personguid')] %}
    {%- set is_last_table = loop.last %}
    {%- for column in text_columns('procapita', table) %}
    select source_system, civic_key, cast({{ person_key }} as nvarchar(4000)) as person_key, '{{ column }}' as column_name, {{ column }} as raw_text
    from {{ ref('land_procapita__' ~ table) }}
    where {{ is_unclean(column) }} = 1
    {{- '\n    union all' if not (is_last_table and loop.last) }}
    {%- endfor %}
    {%- endfor %}

),

unclean as (

    select
        person_rows.source_system,
        'person' as entity,
        coalesce(persons.person_key, person_rows.person_key) as source_key,
        cast(null as nvarchar(4000)) as unit_id,
        person_rows.column_name,
        person_rows.raw_text
    from person_rows
    left join persons
        on persons.source_system = person_rows.source_system
        and persons.civic_key = person_rows.civic_key
    {%- for entity, table, key, unit_id, column in [
        ('school', 'kj1v0enh', 'enhkod', 'enhkod', 'enhnamn'),
        ('school', 'kjgp0sre', 'skolenhet', 'skolenhet', 'rektorsenhet_namn'),
        ('class', 'kj1v0kla', 'klasslnr', 'enhkod', 'klassnamn'),
        ('class', 'kjgp0kla', joined_key(['skolenhet', 'skolform', 'klass'], ['skolenhet', 'klass']), 'skolenhet', 'klass'),
        ('group', 'kj1v0grp', 'grupplnr', 'enhkod', 'gruppnamn'),
        ('group', 'kjgp0grp', joined_key(['skolenhet', 'skolform', 'grupp', 'period'], ['skolenhet', 'grupp']), 'skolenhet', 'grupp'),
    ] %}
    union all
    select
        source_system,
        '{{ entity }}',
        {{ key }} as source_key,
        {{ unit_id }} as unit_id,
        '{{ column }}',
        {{ column }} as raw_text
    from {{ ref('land_procapita__' ~ table) }}
    where {{ is_unclean(column) }} = 1
    {%- endfor %}

)

select * from unclean
