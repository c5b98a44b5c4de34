-- All that can link a staff member to a class or group: activities, and mentors named on classes or on students (MEM-2, MEM-3, MEM-4,
-- NAM-1, NAM-2).
-- One row is a link of the register. Key: link_row.
-- Change: the setting mentor_source, or the school's row in the profile's seeds/schools.csv, says where mentors come from.

with

activities as (

    select * from {{ ref('int_activities_conformed') }}

),

classes as (

    select * from {{ ref('int_classes_conformed') }} where key_rank = 1 and (mentor_id is not null or ambiguous_mentor_column is not null)

),

located_classes as (

    select * from {{ ref('int_classes_located') }} where key_rank = 1 and mentor_source = 'class'

),

student_mentors as (

    select * from {{ ref('int_student_mentors_located') }}

),

gathered as (

    select
        activity_row as register_row,
        source_system,
        source_key,
        person_id,
        ambiguous_column,
        coalesce({{ class_activity_key('activities') }}, {{ register_key('activities') }}) as register_key,
        case when group_key is not null and is_counted = 1 then {{ teaching_code('activities') }} end as part_code,
        subject_code,
        course_code,
        is_marked,
        is_counted,
        signature,
        is_by_signature,
        link_source,
        has_own_dates,
        is_active,
        start_date,
        end_date,
        unreadable_columns
    from activities
    union all
    select
        cast(null as bigint) as register_row,
        classes.source_system,
        classes.source_key,
        classes.mentor_id,
        classes.ambiguous_mentor_column,
        located_classes.register_key,
        cast(null as nvarchar(200)) as part_code,
        {{ typed('null', 'subject_code') }},
        {{ typed('null', 'course_code') }},
        0,
        0,
        {{ typed('null', 'signature') }},
        0,
        'klassmentor',
        0,
        1,
        {{ typed('null', 'start_date') }},
        {{ typed('null', 'end_date') }},
        cast(null as nvarchar(200)) as unreadable_columns
    from classes
    inner join located_classes
        on located_classes.source_system = classes.source_system
        and located_classes.source_key = classes.source_key
    union all
    select
        cast(null as bigint) as register_row,
        source_system,
        source_key,
        mentor_id,
        cast(null as nvarchar(100)) as ambiguous_column,
        register_key,
        cast(null as nvarchar(200)) as part_code,
        {{ typed('null', 'subject_code') }},
        {{ typed('null', 'course_code') }},
        0,
        0,
        {{ typed('null', 'signature') }},
        0,
        'elevmentor',
        0,
        1,
        {{ typed('null', 'start_date') }},
        {{ typed('null', 'end_date') }},
        cast(null as nvarchar(200)) as unreadable_columns
    from student_mentors

),

numbered as (

    select
        row_number() over (order by {{ exact('source_system') }}, {{ exact('link_source') }}, {{ exact('source_key') }}, {{ exact('register_key') }}, register_row) as link_row,
        gathered.*
    from gathered

)

select * from numbered
