-- The cells of ProCapita and TED that have landed in a column of keys, dates, numbers or known codes, counted by value (DQ-4).
-- One row is a value in a column. Key: source_system, table_name, column_name, holds, cell. A view: no value is stored.
-- Change: add a further column to its table below. A blank key is counted, other blanks are not judged.

with

-- One row of a person may lack the id that another row has.
person_ids as (

    {%- for landed in ['land_procapita__kj1v0per', 'land_procapita__kjgv0per'] %}
    select
        person_rows.source_system,
        '{{ landed.split('__')[1] }}' as table_name,
        case when coalesce(person_rows.personguid, known_persons.person_key) is not null then 'filled' end as cell
    from {{ ref(landed) }} as person_rows
    left join {{ ref('land_procapita__known_persons') }} as known_persons
        on known_persons.source_system = person_rows.source_system
        and known_persons.civic_key = person_rows.civic_key
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

cells as (

    select source_system, table_name, 'personguid' as column_name, 'key' as holds, {{ exact('cell') }} as cell, count(*) as cell_count
    from person_ids
    group by source_system, table_name, {{ exact('cell') }}
    union all
    {{ landed_cells('land_procapita__kj1v0enh', keys={'enhkod': 'enhkod'}, dates=['startdat', 'stangtfrom', 'stangttom'], codes={'skolform': 'school_form'}) }}
    union all
    {{ landed_cells('land_procapita__kj1v0per', keys={'personnr': 'civic_key'}, numbers={'personnr': 'civic_key', 'vardhavare1_personnr': 'guardian1_key', 'vardhavare2_personnr': 'guardian2_key'}) }}
    union all
    {{ landed_cells('land_procapita__ki0v0fol', keys={'personnr': 'civic_key'}, dates=['avregdat', 'antraffaddod'], numbers={'personnr': 'civic_key'}) }}
    union all
    {{ landed_cells('land_procapita__kj1v0kla', keys={'klasslnr': 'klasslnr', 'enhkod': 'enhkod'}, dates=['fromdat', 'tomdat'], numbers={'mentor_personnr': 'mentor_key'}, codes={'skolform': 'school_form'}) }}
    union all
    {{ landed_cells('land_procapita__kj1v0plk', keys={'placlnr': 'placlnr', 'personnr': 'civic_key'}, dates=['placdatum', 'datumtom'], numbers={'personnr': 'civic_key', 'mentor_personnr': 'mentor_key'}) }}
    union all
    {{ landed_cells('land_procapita__kj1v0grp', keys={'grupplnr': 'grupplnr', 'enhkod': 'enhkod'}, dates=['fromdat', 'tomdat'], codes={'grupptyp': 'group_kind'}) }}
    union all
    {{ landed_cells('land_procapita__kj1v0grm', keys={'grupplnr': 'grupplnr', 'personnr': 'civic_key'}, dates=['fromdat', 'tomdat', 'avbrottsdatum'], numbers={'personnr': 'civic_key'}, codes={'aktiv': 'active'}) }}
    union all
    {{ landed_cells('land_procapita__kj1v0ans', keys={'anslnr': 'anslnr', 'personnr': 'civic_key', 'enhkod': 'enhkod'}, dates=['fromdat', 'tomdat'], numbers={'personnr': 'civic_key'}) }}
    union all
    {{ landed_cells('land_procapita__kj1v0akt', keys={'aktlnr': 'aktlnr', 'personnr': 'civic_key'}, dates=['fromdat', 'tomdat'], numbers={'personnr': 'civic_key'}) }}
    union all
    {{ landed_cells('land_procapita__kjgp0sre', keys={'skolenhet': 'skolenhet'}) }}
    union all
    {{ landed_cells('land_procapita__kjgv0per', keys={'personnr': 'civic_key'}, numbers={'personnr': 'civic_key', 'vardhavare1_personnr': 'guardian1_key', 'vardhavare2_personnr': 'guardian2_key'}) }}
    union all
    {{ landed_cells('land_procapita__kjgp0kla', keys={'skolenhet': 'skolenhet', 'klass': 'klass'}, dates=['fromdat', 'tomdat'], numbers={'mentor_personnr': 'mentor_key'}, codes={'skolform': 'school_form'}) }}
    union all
    {{ landed_cells('land_procapita__kjgp0grp', keys={'skolenhet': 'skolenhet', 'grupp': 'grupp'}, dates=['fromdat', 'tomdat'], codes={'skolform': 'school_form'}) }}
    union all
    {{ landed_cells('land_procapita__kjgp0ekl', keys={'skolenhet': 'skolenhet', 'klass': 'klass', 'personnr': 'civic_key'}, dates=['fromdat', 'tomdat'], numbers={'personnr': 'civic_key'}, codes={'skolform': 'school_form'}) }}
    union all
    {{ landed_cells('land_procapita__kjgp0evg', keys={'skolenhet': 'skolenhet', 'grupp': 'grupp', 'personnr': 'civic_key'}, dates=['fromdat', 'tomdat', 'avbrottsdatum'], numbers={'personnr': 'civic_key'}) }}
    union all
    {{ landed_cells('land_procapita__kjgp0pak', keys={'skolenhet': 'skolenhet', 'personnr': 'civic_key'}, dates=['fromdat', 'tomdat'], numbers={'personnr': 'civic_key'}) }}

)

select * from cells
