-- The persons of every register that the profile reads, with a checked number and one id over all registers (PER-4, PER-8).
-- One row a person row of a register (person_row); of several rows with one key the first has key_rank 1.
-- A valid personnummer is one person: its id is that of the first listed source that has it, there of the lowest key. An
-- invalid number and a TF-nummer join nobody.
-- Change: the order of the sources in profile.yml; the checks of a number are those of PER-8.

with

persons as (

    {{ union_staging('persons') }}

),

systems as (

    {{ profile_systems() }}

),

checked as (

    select
        persons.*,
        {{ is_tf_number('civic_key') }} as is_tf_number,
        {{ civic_no_birth_date('civic_key') }} as birth_date,
        {{ civic_no_status('civic_key') }} as civic_no_status
    from persons

),

ranked as (

    select
        checked.*,
        systems.source_rank,
        row_number() over (order by {{ exact('checked.source_system') }}, {{ exact('checked.person_key') }}, {{ exact('checked.civic_key') }}) as person_row,
        row_number() over (
            partition by checked.source_system, coalesce(checked.person_key, concat('without-', checked.civic_key))
            order by
                case checked.civic_no_status when 'valid' then 0 when 'invalid' then 1 else 2 end,
                checked.is_tf_number,
                {{ exact('checked.civic_key') }}
        ) as key_rank
    from checked
    inner join systems
        on systems.source_system = checked.source_system

),

joining as (

    select
        source_system,
        person_key,
        row_number() over (partition by civic_key order by source_rank, {{ exact('person_key') }}) as bearer_rank,
        civic_key
    from ranked
    where key_rank = 1 and civic_no_status = 'valid' and is_tf_number = 0 and person_key is not null

),

bearers as (

    select * from joining where bearer_rank = 1

),

keyed as (

    select
        joining.source_system,
        joining.person_key,
        bearers.source_system as bearer_system,
        bearers.person_key as bearer_key
    from joining
    inner join bearers
        on bearers.civic_key = joining.civic_key

),

identified as (

    select
        ranked.*,
        case
            when keyed.person_key is not null then {{ person_id('keyed.bearer_system', 'keyed.bearer_key') }}
            else {{ person_id('ranked.source_system', 'ranked.person_key') }}
        end as person_id
    from ranked
    left join keyed
        on keyed.source_system = ranked.source_system
        and keyed.person_key = ranked.person_key

)

select * from identified
