-- The persons of all registers of the profile, each with a checked number (PER-8).
-- One row is a person row of a register. Key: person_row. If several rows have the same key, one has key_rank 1.
-- Change: the macros civic_no_status, is_tf_number and civic_no_birth_date check the number.

with

persons as (

    {{ union_staging('persons') }}

),

systems as (

    {{ profile_systems() }}

),

parted as (

    select
        persons.*,
        {{ is_tf_number('civic_key') }} as is_tf_number,
        {{ civic_no_birth_date('civic_key') }} as birth_date,
        {{ civic_no_status('civic_key') }} as civic_no_status
    from persons

),

checked as (

    select
        parted.*,
        case when civic_no_status = 'valid' and is_tf_number = 0 then 1 else 0 end as is_personnummer
    from parted

),

ranked as (

    select
        checked.*,
        systems.source_rank,
        row_number() over (order by {{ exact('checked.source_system') }}, {{ exact('checked.person_key') }}, {{ exact('checked.civic_key') }}) as person_row,
        row_number() over (
            partition by checked.source_system, coalesce(checked.person_key, concat('without-', checked.civic_key))
            order by
                case when checked.ambiguous_column is null then 0 else 1 end,
                case checked.civic_no_status when 'valid' then 0 when 'invalid' then 1 else 2 end,
                checked.is_tf_number,
                {{ exact('checked.civic_key') }}
        ) as key_rank
    from checked
    inner join systems
        on systems.source_system = checked.source_system

)

select * from ranked
