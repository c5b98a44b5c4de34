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

-- The parts of a number: TF-nummer have letters in place nine, a samordningsnummer has sixty added to its day.
parted as (

    select
        persons.*,
        case when len(civic_key) = 12 and {{ has_only_digits('civic_key') }} = 1 then 1 else 0 end as has_twelve_digits,
        case
            when len(civic_key) = 12 and substring(civic_key, 9, 2) = 'TF' and {{ has_only_digits('concat(left(civic_key, 8), right(civic_key, 2))') }} = 1 then 1
            else 0
        end as is_tf_number,
        left(civic_key, 4) as number_year,
        substring(civic_key, 5, 2) as number_month,
        case
            when substring(civic_key, 7, 2) between '61' and '91'
                then right(concat('0', try_cast(substring(civic_key, 7, 2) as int) - 60), 2)
            else substring(civic_key, 7, 2)
        end as number_day,
        case when substring(civic_key, 7, 2) between '60' and '91' then 1 else 0 end as is_coordination_number,
        {{ civic_no_check_sum('civic_key') }} as check_sum
    from persons

),

dated as (

    select
        parted.*,
        case
            when number_year between '1800' and '2999' and (has_twelve_digits = 1 or is_tf_number = 1)
                then try_cast(concat(number_year, '-', number_month, '-', number_day) as date)
        end as birth_date,
        case
            when is_coordination_number = 1 and number_year between '1800' and '2999'
                and (number_day = '60' or number_month = '00')
                and number_month between '00' and '12'
                then 1
            else 0
        end as has_unknown_birth_date
    from parted

),

checked as (

    select
        dated.*,
        case
            when civic_key is null then 'missing'
            when is_tf_number = 1 and birth_date is not null then 'valid'
            when has_twelve_digits = 1 and check_sum % 10 = 0 and (birth_date is not null or has_unknown_birth_date = 1) then 'valid'
            else 'invalid'
        end as civic_no_status
    from dated

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
