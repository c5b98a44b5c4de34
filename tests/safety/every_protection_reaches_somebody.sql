-- PER-14. Every row that the register protects reaches somebody: its key can be read, or a known person has exactly the same key.
-- One row is a table with rows that reach nobody. Their number is told only as at least one, more than ten or more than a hundred, so that
-- nobody is singled out.
{{ config(meta={
    'what': 'The register protects persons by a number that is blank, or that nattsynk cannot read. Their protection reaches nobody.',
    'when': 'The persons that these rows protect could reach the receiver. Nothing is sent until this is put right.',
    'how_to_resolve': 'In each table below, list the rows with a flag of protection. Put right each number that is blank, or that is no valid personnummer, samordningsnummer or TF-nummer (12 digits, 10 with or without dash). Did a spreadsheet or an export change the numbers, write the extract again without it.',
    'tells_rows': True,
}) }}
with

unreached as (

    select
        source_system,
        table_name,
        count(*) as row_count
    from {{ ref('stg_protected_rows_unreached') }}
    group by source_system, table_name

),

told as (

    select
        concat(table_name, ' of ', source_system) as place,
        case
            when row_count > 100 then 'more than a hundred rows'
            when row_count > 10 then 'more than ten rows'
            else 'at least one row'
        end as how_many
    from unreached

)

select * from told
