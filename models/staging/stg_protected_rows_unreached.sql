-- The rows that a flag protects and whose protection reaches nobody, for their key cannot be read (PER-14).
-- One row a flagged row, with its table. A view over the sources: who they are is never stored.
-- Change: a number reaches a person where civic_no_status says valid, or where a known person bears the very same. A register's own id
-- reaches that register alone: where other sources are listed, the number has to be readable there too.

with

protected_rows as (

    select * from {{ ref('stg_protected_rows') }}

),

bearers as (

    {%- for family in families() %}
    select source_system, civic_key from {{ ref('stg_' ~ family ~ '__person_numbers') }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}

),

unreached as (

    select
        source_system,
        table_name
    from protected_rows
    where {{ civic_no_status('civic_key') }} <> 'valid'
        and (person_id is null or {{ var('sources') | length }} > 1)
        and not exists (
            select 1
            from bearers
            where {{ exact('bearers.civic_key') }} = {{ exact('protected_rows.civic_key') }}
                and (protected_rows.person_id is null or bearers.source_system <> protected_rows.source_system)
        )

)

select * from unreached
