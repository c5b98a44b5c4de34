-- The cells of Extens and IST Administration that have landed in a column of keys, dates, numbers or known codes, counted by value (DQ-4).
-- One row is a value in a column. Key: source_system, table_name, column_name, holds, cell. A view: no value is stored.
-- Change: add a further column to its table below. A blank key is counted, other blanks are not judged.

with

cells as (

    {{ landed_cells('land_extens__skolenhet', keys={'enhet_id': 'enhet_id'}, dates=['startdatum', 'slutdatum'], codes={'skolform': 'school_form'}) }}
    union all
    {{ landed_cells('land_extens__person', keys={'person_id': 'person_key'}, numbers={'personnummer': 'civic_key'}) }}
    union all
    {{ landed_cells('land_extens__register_epost', keys={'person_id': 'person_key'}) }}
    union all
    {{ landed_cells('land_extens__elevplacering', keys={'placering_id': 'placering_id', 'person_id': 'person_key', 'enhet_id': 'enhet_id'}, dates=['startdatum', 'slutdatum', 'avbrottsdatum'], codes={'status': 'active'}) }}
    union all
    {{ landed_cells('land_extens__klass', keys={'klass_id': 'klass_id', 'enhet_id': 'enhet_id'}, dates=['startdatum', 'slutdatum']) }}
    union all
    {{ landed_cells('land_extens__klassplacering', keys={'klass_id': 'klass_id', 'person_id': 'person_key'}, dates=['startdatum', 'slutdatum', 'avbrottsdatum'], codes={'status': 'active'}) }}
    union all
    {{ landed_cells('land_extens__undervisningsgrupp', keys={'grupp_id': 'grupp_id', 'enhet_id': 'enhet_id'}) }}
    union all
    {{ landed_cells('land_extens__elevaktivitet', keys={'aktivitet_id': 'aktivitet_id', 'grupp_id': 'grupp_id', 'person_id': 'person_key'}, dates=['startdatum', 'slutdatum', 'avbrottsdatum'], codes={'status': 'active'}) }}
    union all
    {{ landed_cells('land_extens__personal', keys={'anstallning_id': 'anstallning_id', 'person_id': 'person_key', 'enhet_id': 'enhet_id'}, dates=['startdatum', 'slutdatum'], codes={'status': 'employment_status'}) }}
    union all
    {{ landed_cells('land_extens__samband', keys={'person_id': 'person_key', 'samband_person_id': 'samband_person_key'}) }}
    union all
    {{ landed_cells('land_extens__mentorsgrupp', keys={'mentorsgrupp_id': 'mentorsgrupp_id', 'enhet_id': 'enhet_id'}, dates=['startdatum', 'slutdatum']) }}
    union all
    {{ landed_cells('land_extens__mentorsgrupp_medlem', keys={'mentorsgrupp_id': 'mentorsgrupp_id', 'person_id': 'person_key'}, dates=['startdatum', 'slutdatum'], codes={'roll': 'mentor_group_role'}) }}

)

select * from cells
