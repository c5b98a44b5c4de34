-- The persons of every register that the profile reads, with a checked number and the addresses that a mapping adds.
-- One row a person of a register (person_row); of several with one id the first has key_rank 1.
-- An invalid number tells no birth date.
-- Change: what the mapping adds in the profile's seeds/person_mapping.csv; the checks of a number are those of PER-8.

with

persons as (

    {{ union_staging('persons') }}

),

mapping as (

    select * from {{ ref('int_person_mapping_matched') }}

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

conformed as (

    select
        row_number() over (order by checked.source_system, checked.person_key, checked.civic_key) as person_row,
        checked.source_system,
        checked.person_key,
        checked.person_key as source_key,
        checked.person_id,
        checked.civic_key,
        checked.civic_no_status,
        checked.is_tf_number,
        case when checked.civic_no_status = 'valid' then concat(left(checked.civic_key, 8), '-', right(checked.civic_key, 4)) end as civic_no,
        case when checked.civic_no_status = 'valid' then checked.birth_date end as birth_date,
        checked.given_name,
        checked.family_name,
        checked.street_address,
        checked.postal_code,
        checked.city,
        checked.phone,
        checked.mobile,
        coalesce(checked.email_student, mapping.email) as email_student,
        coalesce(checked.email_staff, mapping.email) as email_staff,
        checked.email_guardian,
        mapping.user_name,
        mapping.google_account,
        checked.is_deceased,
        checked.is_deregistered,
        checked.has_register_row,
        checked.register_unreadable_columns,
        checked.source_rows,
        checked.person_keys,
        row_number() over (
            partition by checked.person_id
            order by
                case checked.civic_no_status when 'valid' then 0 when 'invalid' then 1 else 2 end,
                checked.is_tf_number,
                checked.civic_key
        ) as key_rank
    from checked
    left join mapping
        on mapping.person_id = checked.person_id

)

select * from conformed
