-- The rows of the timetable whose group and signature are not, letter for letter, those of a delivered group (TT-1).
-- One row is a row of the timetable and a group that comes near. No key: a signature that is not shown may be all that tells two rows
-- apart. If no group comes near, the timetable's row stands alone. A row that matches any group is not here.
-- Change: texts in seeds/rules/timetable_checks.csv. A signature that no delivered teacher of the school has is not shown (PER-1).

with

compared as (

    select * from {{ ref('int_timetable_compared') }}

),

matched as (

    select distinct timetable_row
    from compared
    where name_match = 'exact' and signature_match in ('exact', 'blank')

),

checks as (

    select * from {{ ref('timetable_checks') }}

),

failed as (

    select
        compared.*,
        case
            when compared.is_school_known = 0 then 'school_unknown'
            when compared.name_match = 'none' then 'name_none'
            else concat('name_', compared.name_match, '_signature_', compared.signature_match)
        end as check_code
    from compared
    left join matched
        on matched.timetable_row = compared.timetable_row
    where matched.timetable_row is null

),

described as (

    select
        failed.school_id,
        failed.name,
        failed.subject_code,
        case when failed.school_signature_match in ('exact', 'near') then failed.signature end as signature,
        failed.check_code,
        failed.name_match,
        case when failed.name_match = 'none' then failed.school_signature_match else failed.signature_match end as signature_match,
        failed.group_id,
        failed.group_name,
        failed.near_signature,
        {{ typed('checks.rule_id', 'rule_id') }},
        {{ typed('checks.text_sv', 'text_sv') }},
        {{ typed('checks.action_sv', 'action_sv') }}
    from failed
    left join checks
        on checks.check_code = failed.check_code

)

select * from described
