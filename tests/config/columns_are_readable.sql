-- DQ-4. No column of keys, dates, numbers or codes is blank or unreadable to a large part.
-- One row is a column, with its counts and the form of what cannot be read. It never has a value.
{{ config(severity='warn', meta={
    'what': 'A column of a register is blank or unreadable to a large part.',
    'when': 'Its rows are left out or lose a value. Everything is held: send and run end with exit code 20.',
    'how_to_resolve': 'The likely cause is the extract. rpt_findings names the column and the form that was seen (column_unreadable): see how the extract writes it.',
}) }}
with

columns_read as (

    select * from {{ ref('int_columns_read') }}

),

offenders as (

    select source_system, table_name, column_name, holds, cell_count, unreadable_count, form
    from columns_read
    where is_mostly_unreadable = 1

)

select * from offenders
