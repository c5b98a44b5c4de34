-- The rows that a flag protects, but whose protection reaches nobody, because their key cannot be read (PER-14).
-- One row is a protected row of a register. No key: only the table is told. A view over the sources: who is protected is never stored.
-- Change: a number reaches a person if civic_no_status says valid, or if a known person has exactly the same. An id of Extens identifies
-- nobody in other registers. If the profile lists others, the row needs a readable number too.

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
