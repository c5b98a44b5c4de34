-- Columns of the registers that are blank or unreadable to a large part, so that everything is held (DQ-4).
-- One row a finding. Its key is the table and column, and its evidence counts and a form, never a value.
-- Change: what is judged and from which share on stands in int_columns_read; texts in seeds/rules/findings.csv.

with

columns_read as (

    select * from {{ ref('int_columns_read') }}

),

found as (

    select
        'column_unreadable' as finding_code,
        'column' as entity,
        source_system,
        concat(table_name, '.', column_name) as source_key,
        cast(null as nvarchar(100)) as school_id,
        concat('cells=', cell_count, '; unreadable=', unreadable_count, '; form=', case when holds = 'key' then 'blank' else {{ our_collation('form') }} end) as evidence
    from columns_read
    where is_mostly_unreadable = 1

)

select * from found
