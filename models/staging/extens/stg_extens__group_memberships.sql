-- The students in teaching groups and mentor groups, in the columns of int_group_memberships_conformed.
-- One row is a row of elevaktivitet, or a row of mentorsgrupp_medlem that is no mentor's. No key: the register may repeat one. The key of a
-- member of a mentor group is made of group and person.
-- Change: another code for active is a row of seeds/rules/active_codes.csv. A role in a mentor group other than elev counts as such a code.

with

student_activities as (

    select * from {{ ref('land_extens__elevaktivitet') }}

),

mentor_group_members as (

    select * from {{ ref('land_extens__mentorsgrupp_medlem') }}

),

-- An end in the year 9999, and no end, mean open (GRP-4).
conformed as (

    select
        source_system,
        aktivitet_id as membership_key,
        grupp_id as group_key,
        cast(null as nvarchar(200)) as mentor_group_key,
        person_key,
        cast(null as nvarchar(100)) as ambiguous_column,
        kurskod as course_code,
        {{ read_date('startdatum') }} as start_date,
        {{ read_end_date('slutdatum') }} as period_end_date,
        {{ read_end_date('avbrottsdatum') }} as dropped_out_on,
        coalesce(status, 'blank') as active_code,
        nullif(substring(concat(
            case when {{ read_date('startdatum') }} is null and {{ is_unreadable_date('startdatum') }} = 0 then ',startdatum' else '' end,
            case when {{ read_end_date('slutdatum') }} is null and {{ is_unreadable_date('slutdatum') }} = 0 then ',slutdatum' else '' end,
            case when has_betygsign = 0 then ',betygsign' else '' end
        ), 2, 200), '') as incomplete_columns,
        {{ unreadable_dates(['startdatum', 'slutdatum', 'avbrottsdatum']) }} as unreadable_columns
    from student_activities
    union all
    select
        source_system,
        case when mentorsgrupp_id is not null then concat(mentorsgrupp_id, '-', person_key) end,
        cast(null as nvarchar(200)) as group_key,
        mentorsgrupp_id,
        person_key,
        cast(null as nvarchar(100)) as ambiguous_column,
        {{ typed('null', 'course_code') }},
        {{ read_date('startdatum') }},
        {{ read_end_date('slutdatum') }},
        cast(null as date) as dropped_out_on,
        case when roll is null then 'blank-roll' when upper(roll) = 'ELEV' then 'blank' else roll end,
        cast(null as nvarchar(200)) as incomplete_columns,
        {{ unreadable_dates(['startdatum', 'slutdatum']) }}
    from mentor_group_members
    where coalesce(upper(roll), '') <> 'MENTOR'

)

select * from conformed
