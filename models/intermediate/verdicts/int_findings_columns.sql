-- The columns of the registers that are blank or unreadable to a large part, so that everything is held (DQ-4). The evidence is counts and
-- a form, never a value.
-- One row is a column of a register. No key: a column can be judged as several things.
-- Change: int_columns_read decides what is judged and from which share on. Texts in seeds/rules/findings.csv.

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
