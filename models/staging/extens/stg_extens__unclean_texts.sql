-- The names, addresses and e-mails of Extens with characters that are no text, or with marks apart from their letters (DQ-5).
-- One row is a cell of a landing table. No key: the register may repeat one.
-- Change: the sources' yml says which columns hold such texts (holds). Read them through `cleaned` in staging.

with

unclean as (

    {%- for entity, table, key, unit_id in [
        ('person', 'person', 'person_key', 'null'),
        ('person', 'register_epost', 'person_key', 'null'),
        ('school', 'skolenhet', 'enhet_id', 'enhet_id'),
        ('class', 'klass', 'klass_id', 'enhet_id'),
        ('group', 'undervisningsgrupp', 'grupp_id', 'enhet_id'),
        ('group', 'mentorsgrupp', 'mentorsgrupp_id', 'enhet_id'),
    ] %}
    {%- set is_last_table = loop.last %}
    {%- for column in text_columns('extens', table) %}
    select
        source_system,
        '{{ entity }}' as entity,
        {{ key }} as source_key,
        cast({{ unit_id }} as nvarchar(4000)) as unit_id,
        '{{ column }}' as column_name,
        {{ column }} as raw_text
    from {{ ref('land_extens__' ~ table) }}
    where {{ is_unclean(column) }} = 1
    {{- '\n    union all' if not (is_last_table and loop.last) }}
    {%- endfor %}
    {%- endfor %}

)

select * from unclean
