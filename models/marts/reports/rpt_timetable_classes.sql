-- Which lessons can be scheduled by class, and if one cannot, which condition fails (TT-2). The class has exactly this name. One teaching
-- group alone of the school has the subject code. The signature is exactly that of its teacher. All its students are in the class.
-- One row is a row of the timetable that names a class, exactly or except for case and blanks. No key: a signature that is not shown may be
-- all that tells two rows apart.
-- Change: texts in seeds/rules/timetable_checks.csv. A signature that no delivered teacher of the school has is not shown (PER-1).

with

compared as (

    select
        *,
        row_number() over (partition by timetable_row order by {{ exact('name_match') }}, {{ exact('group_id') }}) as class_rank
    from {{ ref('int_timetable_compared') }}
    where group_type in ('Klass', 'Avdelning')

),

lessons as (

    select * from compared where class_rank = 1

),

teaching_groups as (

    select lessons.timetable_row, lessons.group_id as class_id, groups.group_id
    from lessons
    inner join {{ ref('export_groups') }} as groups
        on groups.school_id = lessons.school_id
        and groups.group_type = 'Undervisning'
        and {{ verbatim('groups.subject_code') }} = {{ verbatim('lessons.subject_code') }}
    where lessons.subject_code is not null and groups.subject_code is not null

),

group_counts as (

    select timetable_row, count(*) as teaching_groups, {{ first_text('group_id') }} as group_id
    from teaching_groups
    group by timetable_row

),

signed as (

    select
        teaching_groups.timetable_row,
        min(case when {{ verbatim('staff.signature') }} = {{ verbatim('lessons.signature') }} then 0 else 1 end) as is_near
    from teaching_groups
    inner join lessons
        on lessons.timetable_row = teaching_groups.timetable_row
    inner join {{ ref('export_group_staff') }} as staff
        on staff.group_id = teaching_groups.group_id
        and {{ name_near('staff.signature') }} = {{ name_near('lessons.signature') }}
    where staff.signature is not null and lessons.signature is not null
    group by teaching_groups.timetable_row

),

students as (

    select
        teaching_groups.timetable_row,
        count(*) as students,
        sum(case when class_members.person_id is null then 1 else 0 end) as students_outside
    from teaching_groups
    inner join group_counts
        on group_counts.timetable_row = teaching_groups.timetable_row
        and group_counts.teaching_groups = 1
    inner join {{ ref('export_group_memberships') }} as members
        on members.group_id = teaching_groups.group_id
    left join {{ ref('export_group_memberships') }} as class_members
        on class_members.group_id = teaching_groups.class_id
        and class_members.person_id = members.person_id
    group by teaching_groups.timetable_row

),

judged as (

    select
        lessons.*,
        coalesce(group_counts.teaching_groups, 0) as teaching_groups,
        case when group_counts.teaching_groups = 1 then group_counts.group_id end as teaching_group_id,
        case when group_counts.teaching_groups = 1 then coalesce(students.students, 0) end as students,
        case when group_counts.teaching_groups = 1 then coalesce(students.students_outside, 0) end as students_outside,
        case when lessons.name_match = 'near' then 'class_name_near' end as name_fault,
        case
            when lessons.subject_code is null then 'subject_blank'
            when group_counts.teaching_groups is null then 'teaching_group_none'
            when group_counts.teaching_groups > 1 then 'teaching_group_several'
        end as group_fault,
        case
            when lessons.signature is null then 'signature_blank'
            when group_counts.teaching_groups is null or signed.is_near = 0 then null
            when signed.is_near = 1 then 'signature_near'
            else 'signature_none'
        end as signature_fault,
        case when students.students_outside > 0 then 'students_outside' end as student_fault
    from lessons
    left join group_counts
        on group_counts.timetable_row = lessons.timetable_row
    left join signed
        on signed.timetable_row = lessons.timetable_row
    left join students
        on students.timetable_row = lessons.timetable_row

),

coded as (

    select
        *,
        coalesce(name_fault, group_fault, signature_fault, student_fault, 'class_works') as check_code,
        concat(
            case when name_fault is not null then concat(name_fault, ',') end,
            case when group_fault is not null then concat(group_fault, ',') end,
            case when signature_fault is not null then concat(signature_fault, ',') end,
            case when student_fault is not null then concat(student_fault, ',') end
        ) as faults
    from judged

),

checks as (

    select * from {{ ref('timetable_checks') }}

),

described as (

    select
        coded.school_id,
        coded.name,
        coded.subject_code,
        case when coded.school_signature_match in ('exact', 'near') then coded.signature end as signature,
        case when coded.check_code = 'class_works' then 1 else 0 end as is_working,
        case when coded.faults <> '' then left(coded.faults, len(coded.faults) - 1) end as failed_conditions,
        coded.group_id as class_id,
        coded.group_name as class_name,
        coded.teaching_groups,
        coded.teaching_group_id,
        coded.students,
        coded.students_outside,
        {{ typed('checks.rule_id', 'rule_id') }},
        {{ typed('checks.text_sv', 'text_sv') }},
        {{ typed('checks.action_sv', 'action_sv') }}
    from coded
    left join checks
        on checks.check_code = coded.check_code

)

select * from described
