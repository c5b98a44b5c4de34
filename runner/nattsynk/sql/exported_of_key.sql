{% from 'in_order.jinja' import in_order -%}
{% from 'named.jinja' import compared, named_by_key -%}
{# What the export says of what the key names: ids, names of schools and groups, dates. No person's name, and so no mentor group's. -#}
with

{{ named_by_key(delivery, rules) }},

schools as (

    select school_id, school_name, school_unit_code from {{ export }}.export_schools

),

groups as (

    select
        group_id,
        school_id,
        case group_type when 'Klass' then 'class' when 'Avdelning' then 'department' when 'Mentor' then 'mentor group' else 'group' end as kind,
        case when group_type <> 'Mentor' then group_name end as group_name,
        school_form,
        start_date,
        end_date
    from {{ export }}.export_groups

),

sizes as (

    select group_id, cast(count(*) as nvarchar(20)) as students from {{ export }}.export_group_memberships group by group_id

),

said as (

    select person_id as subject, 1 as step, 'school' as kind, enrolments.school_id as id, school_name as name, concat('school form ', school_form, case when grade is not null then concat(', grade ', grade) end) as detail, cast(null as nvarchar(100)) as school_id, start_date, end_date
    from {{ export }}.export_enrolments as enrolments
    inner join schools
        on schools.school_id = enrolments.school_id
    union all
    select person_id, 2, 'duty at school', duties.school_id, school_name, duty_role, cast(null as nvarchar(100)), start_date, end_date
    from {{ export }}.export_duties as duties
    inner join schools
        on schools.school_id = duties.school_id
    union all
    select memberships.person_id, 3, groups.kind, groups.group_id, groups.group_name, cast(null as nvarchar(100)), groups.school_id, memberships.start_date, memberships.end_date
    from {{ export }}.export_group_memberships as memberships
    inner join groups
        on groups.group_id = memberships.group_id
    union all
    select staff.person_id, 4, concat(staff.staff_role, ' of ', groups.kind), groups.group_id, groups.group_name, cast(null as nvarchar(100)), groups.school_id, staff.start_date, staff.end_date
    from {{ export }}.export_group_staff as staff
    inner join groups
        on groups.group_id = staff.group_id
    union all
    select responsible_id, 5, 'guardian of', child_id, cast(null as nvarchar(200)), cast(null as nvarchar(100)), cast(null as nvarchar(100)), cast(null as date), cast(null as date)
    from {{ export }}.export_responsibles
    union all
    select child_id, 6, 'guardian', responsible_id, cast(null as nvarchar(200)), cast(null as nvarchar(100)), cast(null as nvarchar(100)), cast(null as date), cast(null as date)
    from {{ export }}.export_responsibles
    union all
    select groups.group_id as subject, 1, groups.kind, groups.group_id as id, groups.group_name, concat(coalesce(sizes.students, '0'), ' students'), groups.school_id, groups.start_date, groups.end_date
    from groups
    left join sizes
        on sizes.group_id = groups.group_id
    union all
    select group_id, 2, staff_role, person_id, cast(null as nvarchar(200)), cast(null as nvarchar(100)), cast(null as nvarchar(100)), start_date, end_date
    from {{ export }}.export_group_staff
    union all
    select school_id as subject, 1, 'school', school_id as id, school_name, concat('school unit code ', coalesce(school_unit_code, 'blank')), cast(null as nvarchar(100)), cast(null as date), cast(null as date)
    from schools

)

select said.subject, said.step, said.kind, said.id, said.name, said.detail, said.school_id, said.start_date, said.end_date
from said
inner join named
    on named.id = {{ compared('said.subject') }}
order by {{ in_order(('subject', 'step', 'kind', 'id', 'detail', 'start_date', 'end_date'), exact, ('step', 'start_date', 'end_date'), table='said.') }}
