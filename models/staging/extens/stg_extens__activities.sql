-- What staff do in classes and groups, in the columns of int_activities_conformed. Three tables give links, and each link is kept (MEM-3).
-- One row is a group, signature, period and status of complete student activities (betygsign), a row of tjanst, or a mentor's row of
-- mentorsgrupp_medlem. No key: the register may repeat one.
-- Change: the link source of each table is named here. A row of tjanst with a group and a class means the group. A signature that was
-- blanked while landing links nobody and is not reported.

with

student_activities as (

    select
        source_system,
        aktivitet_id,
        grupp_id,
        betygsign,
        has_betygsign,
        {{ read_date('startdatum') }} as start_date,
        {{ read_end_date('slutdatum') }} as end_date,
        coalesce(status, 'blank') as active_code
    from {{ ref('land_extens__elevaktivitet') }}

),

graded as (

    select
        source_system,
        grupp_id,
        {{ first_text('betygsign') }} as signature,
        start_date,
        end_date,
        active_code
    from student_activities
    where aktivitet_id is not null and has_betygsign = 1 and start_date is not null and end_date is not null
    group by source_system, grupp_id, {{ exact('betygsign') }}, start_date, end_date, {{ exact('active_code') }}, active_code

),

duties as (

    select * from {{ ref('land_extens__tjanst') }}

),

mentors as (

    select * from {{ ref('land_extens__mentorsgrupp_medlem') }} where upper(roll) = 'MENTOR'

),

conformed as (

    select
        source_system,
        concat(coalesce(grupp_id, 'blank'), '-', signature) as activity_key,
        cast(null as nvarchar(100)) as person_key,
        cast(null as nvarchar(100)) as ambiguous_column,
        cast(null as nvarchar(100)) as unit_id,
        cast(null as nvarchar(100)) as class_key,
        grupp_id as group_key,
        cast(null as nvarchar(200)) as mentor_group_key,
        cast(null as nvarchar(100)) as subject_code,
        cast(null as nvarchar(100)) as course_code,
        cast(null as nvarchar(100)) as marker_text,
        signature,
        1 as is_by_signature,
        'betygsign' as link_source,
        1 as has_own_dates,
        active_code,
        start_date,
        end_date,
        cast(null as nvarchar(200)) as unreadable_columns
    from graded
    union all
    select
        source_system,
        concat(coalesce(grupp_id, klass_id, 'blank'), '-', signatur, '-', coalesce(larare_nr, 'blank')),
        cast(null as nvarchar(100)) as person_key,
        cast(null as nvarchar(100)) as ambiguous_column,
        enhet_id,
        case when grupp_id is null then klass_id end,
        grupp_id,
        cast(null as nvarchar(200)) as mentor_group_key,
        {{ typed('null', 'subject_code') }},
        {{ typed('null', 'course_code') }},
        cast(null as nvarchar(100)) as marker_text,
        signatur,
        1,
        'tjanst',
        0,
        'blank',
        {{ typed('null', 'start_date') }},
        {{ typed('null', 'end_date') }},
        cast(null as nvarchar(200)) as unreadable_columns
    from duties
    union all
    select
        source_system,
        case when mentorsgrupp_id is not null then concat(mentorsgrupp_id, '-', person_key) end,
        person_key,
        cast(null as nvarchar(100)) as ambiguous_column,
        cast(null as nvarchar(100)) as unit_id,
        cast(null as nvarchar(100)) as class_key,
        cast(null as nvarchar(200)) as group_key,
        mentorsgrupp_id,
        {{ typed('null', 'subject_code') }},
        {{ typed('null', 'course_code') }},
        cast(null as nvarchar(100)) as marker_text,
        {{ typed('null', 'signature') }},
        0,
        'mentorsgrupp',
        1,
        'blank',
        {{ read_date('startdatum') }},
        {{ read_end_date('slutdatum') }},
        {{ unreadable_dates(['startdatum', 'slutdatum']) }}
    from mentors

)

select * from conformed
