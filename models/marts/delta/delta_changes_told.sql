-- Tonight's lines that reports count, by school, entity and operation. Lines about persons who became protected are left out (PER-2):
-- another delivery erases them, and no report tells of it.
-- One row is a line of tonight's delivery. No key: a person can have two lines of one kind.
-- Change: nothing here. rpt_run_summary counts the lines, and `nattsynk explain` shows those of one record.

with

known_groups as (

    select group_id, {{ last_text('school_id') }} as school_id
    from (
        select group_id, school_id from {{ ref('export_groups') }}
        union all
        select group_id, school_id from {{ source('delivery', 'delivered_groups') }}
    ) as all_groups
    group by group_id

),

erased as (

    select * from {{ ref('delta_erased_records') }}

),

changes as (

    select school_id, 'school' as entity, operation, school_id as record_key from {{ ref('delta_schools') }}
    union all
    select {{ typed('null', 'school_id') }}, 'person', operation, person_id
    from {{ ref('delta_persons') }}
    where person_id not in (select erased.person_id from erased where erased.entity = 'person')
    union all
    select delta.school_id, 'enrolment', delta.operation, concat(delta.person_id, '|', delta.school_id, '|', delta.school_form)
    from {{ ref('delta_enrolments') }} as delta
    where not exists (
        select 1
        from erased
        where erased.entity = 'enrolment' and erased.person_id = delta.person_id and erased.school_id = delta.school_id
            and erased.school_form = delta.school_form
    )
    union all
    select delta.school_id, 'duty', delta.operation, concat(delta.person_id, '|', delta.school_id)
    from {{ ref('delta_duties') }} as delta
    where not exists (
        select 1
        from erased
        where erased.entity = 'duty' and erased.person_id = delta.person_id and erased.school_id = delta.school_id
    )
    union all
    select {{ typed('null', 'school_id') }}, 'responsible', delta.operation, concat(delta.child_id, '|', delta.responsible_id)
    from {{ ref('delta_responsibles') }} as delta
    where not exists (
        select 1
        from erased
        where erased.entity = 'responsible' and erased.child_id = delta.child_id and erased.responsible_id = delta.responsible_id
    )
    union all
    select school_id, 'group', operation, group_id
    from {{ ref('delta_groups') }}
    where group_id not in (select erased.group_id from erased where erased.entity = 'group')
    union all
    select known_groups.school_id, 'membership', delta.operation, concat(delta.group_id, '|', delta.person_id)
    from {{ ref('delta_group_memberships') }} as delta
    left join known_groups
        on known_groups.group_id = delta.group_id
    where not exists (
        select 1
        from erased
        where erased.entity = 'membership' and erased.group_id = delta.group_id and erased.person_id = delta.person_id
    )
    union all
    select known_groups.school_id, 'staff', delta.operation, concat(delta.group_id, '|', delta.person_id, '|', delta.staff_role)
    from {{ ref('delta_group_staff') }} as delta
    left join known_groups
        on known_groups.group_id = delta.group_id
    where not exists (
        select 1
        from erased
        where erased.entity = 'staff' and erased.group_id = delta.group_id and erased.person_id = delta.person_id
            and erased.staff_role = delta.staff_role
    )

)

select * from changes
