-- Each row of the timetable beside the delivered groups that its name means, exactly or except for case and blanks (TT-1). The name of a
-- class with a subject code means the group of that class activity too (NAM-1, NAM-2).
-- One row is a row of the timetable and a group that its name means. Key: timetable_row, group_id. If no group comes near, the timetable's
-- row stands alone.
-- Change: rows of the profile's seeds/timetable.csv. The macro name_near decides what is near.

with

lessons as (

    select
        *,
        row_number() over (
            partition by school_id, {{ verbatim('name') }}, {{ verbatim('subject_code') }}, {{ verbatim('signature') }}
            order by {{ exact('school_id') }}
        ) as repetition
    from {{ ref('timetable') }}

),

timetable as (

    select
        row_number() over (order by {{ exact('school_id') }}, {{ verbatim('name') }}, {{ verbatim('subject_code') }}, {{ verbatim('signature') }}) as timetable_row,
        school_id,
        name,
        subject_code,
        signature
    from lessons
    where repetition = 1

),

schools as (

    select * from {{ ref('export_schools') }}

),

groups as (

    select * from {{ ref('export_groups') }}

),

located as (

    select * from {{ ref('int_groups_located') }} where key_rank = 1

),

staff as (

    select group_id, signature from {{ ref('export_group_staff') }} where signature is not null

),

known_signatures as (

    select school_id, signature from {{ ref('export_duties') }} where signature is not null
    union all
    select groups.school_id, staff.signature
    from staff
    inner join groups
        on groups.group_id = staff.group_id

),

names as (

    select group_id, school_id, group_type, group_name as name, cast(null as nvarchar(50)) as code
    from groups
    union all
    select activities.group_id, activities.school_id, activities.group_type, coalesce(classes.group_name, register_classes.group_name), coalesce(activities.subject_code, activities.course_code)
    from groups as activities
    inner join located as register_activities
        on register_activities.group_id = activities.group_id
        and register_activities.group_kind = 'class_activity'
    inner join located as register_classes
        on register_classes.source_system = register_activities.source_system
        and register_classes.register_key = register_activities.class_register_key
    left join groups as classes
        on classes.group_id = register_classes.group_id

),

meant as (

    select
        timetable.timetable_row,
        names.group_id,
        min(case when {{ verbatim('names.name') }} = {{ verbatim('timetable.name') }} and (names.code is null or {{ verbatim('names.code') }} = {{ verbatim('timetable.subject_code') }}) then 0 else 1 end) as is_near
    from timetable
    inner join names
        on names.school_id = timetable.school_id
        and {{ name_near('names.name') }} = {{ name_near('timetable.name') }}
        and (names.code is null or {{ name_near('names.code') }} = {{ name_near('timetable.subject_code') }})
    group by timetable.timetable_row, names.group_id

),

best as (

    select timetable_row, min(is_near) as is_near
    from meant
    group by timetable_row

),

-- A near miss shows the group's name. Mentor groups are left out, because their name may be a person's.
candidates as (

    select meant.timetable_row, meant.is_near, groups.group_id, groups.group_type, groups.group_name
    from meant
    inner join best
        on best.timetable_row = meant.timetable_row
        and best.is_near = meant.is_near
    inner join groups
        on groups.group_id = meant.group_id
    where meant.is_near = 0 or groups.group_type <> 'Mentor'

),

signed as (

    select
        candidates.timetable_row,
        candidates.group_id,
        min(case when {{ verbatim('staff.signature') }} = {{ verbatim('timetable.signature') }} then 0 else 1 end) as is_near,
        min({{ exact('staff.signature') }}) as group_signature
    from candidates
    inner join timetable
        on timetable.timetable_row = candidates.timetable_row
    inner join staff
        on staff.group_id = candidates.group_id
        and {{ name_near('staff.signature') }} = {{ name_near('timetable.signature') }}
    group by candidates.timetable_row, candidates.group_id

),

known as (

    select
        timetable.timetable_row,
        min(case when {{ verbatim('known_signatures.signature') }} = {{ verbatim('timetable.signature') }} then 0 else 1 end) as is_near
    from timetable
    inner join known_signatures
        on known_signatures.school_id = timetable.school_id
        and {{ name_near('known_signatures.signature') }} = {{ name_near('timetable.signature') }}
    group by timetable.timetable_row

),

compared as (

    select
        timetable.timetable_row,
        timetable.school_id,
        timetable.name,
        timetable.subject_code,
        timetable.signature,
        case when schools.school_id is null then 0 else 1 end as is_school_known,
        candidates.group_id,
        candidates.group_type,
        candidates.group_name,
        case when candidates.group_id is null then 'none' when candidates.is_near = 0 then 'exact' else 'near' end as name_match,
        case when timetable.signature is null then 'blank' when signed.is_near = 0 then 'exact' when signed.is_near = 1 then 'near' else 'none' end as signature_match,
        case when timetable.signature is null then 'blank' when known.is_near = 0 then 'exact' when known.is_near = 1 then 'near' else 'none' end as school_signature_match,
        case when signed.is_near = 1 then signed.group_signature end as near_signature
    from timetable
    left join schools
        on schools.school_id = timetable.school_id
    left join candidates
        on candidates.timetable_row = timetable.timetable_row
    left join signed
        on signed.timetable_row = candidates.timetable_row
        and signed.group_id = candidates.group_id
    left join known
        on known.timetable_row = timetable.timetable_row

)

select * from compared
