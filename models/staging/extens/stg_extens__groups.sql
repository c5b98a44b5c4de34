-- The teaching groups and mentor groups of Extens in the columns of int_groups_conformed.
-- One row is a row of undervisningsgrupp (which its student activities make, GRP-4) or of mentorsgrupp (which has dates of its own). No
-- key: the register may repeat an id.
-- Change: the kinds of group are rows of seeds/rules/group_kind_codes.csv.

with

teaching_groups as (

    select * from {{ ref('land_extens__undervisningsgrupp') }}

),

mentor_groups as (

    select * from {{ ref('land_extens__mentorsgrupp') }}

),

conformed as (

    select
        source_system,
        grupp_id as group_key,
        cast(null as nvarchar(200)) as mentor_group_key,
        enhet_id as unit_id,
        {{ cleaned('gruppbeteckning') }} as group_name,
        cast(null as nvarchar(100)) as marker_text,
        'undervisningsgrupp' as group_kind_code,
        cast(null as nvarchar(100)) as school_form_code,
        amneskod as subject_code,
        cast(null as nvarchar(100)) as course_code,
        'student_activities' as made_by,
        {{ cleaned('eget2') }} as named_class,
        cast(null as date) as start_date,
        cast(null as date) as end_date,
        cast(null as nvarchar(200)) as unreadable_columns
    from teaching_groups
    union all
    select
        source_system,
        cast(null as nvarchar(200)) as group_key,
        mentorsgrupp_id,
        enhet_id,
        {{ cleaned('namn') }},
        cast(null as nvarchar(100)) as marker_text,
        'mentorsgrupp',
        cast(null as nvarchar(100)) as school_form_code,
        {{ typed('null', 'subject_code') }},
        {{ typed('null', 'course_code') }},
        cast(null as nvarchar(20)) as made_by,
        cast(null as nvarchar(200)) as named_class,
        {{ read_date('startdatum') }},
        {{ read_end_date('slutdatum') }},
        {{ unreadable_dates(['startdatum', 'slutdatum']) }}
    from mentor_groups

)

select * from conformed
