-- What must go before anything else is sent, because a delivered person has become protected: the person, every link of the person in any
-- role, and the mentor groups made of the person, with all their links (PER-2).
-- One row is a confirmed record. Key: entity, person_id, school_id, school_form, child_id, responsible_id, group_id, staff_role. Columns
-- that are no part of the entity's key are blank.
-- Change: delta_persons_protected decides whom it concerns, delta_erased_persons how they go. Nothing may delay a record that does not
-- wait.

with

protected as (

    select * from {{ ref('delta_persons_protected') }}

),

erased as (

    select * from {{ ref('delta_erased_persons') }}

),

systems as (

    {{ profile_systems() }}

),

confirmed_groups as (

    select * from {{ source('delivery', 'delivered_groups') }}

),

-- A mentor group made of students has its mentor's id and name in its own.
own_groups as (

    select distinct confirmed_groups.group_id
    from confirmed_groups
    inner join protected
        on confirmed_groups.group_type = 'Mentor'
    inner join systems
        on confirmed_groups.group_id = concat(
            systems.source_system, '-mentor-', substring(protected.person_id, len(systems.source_system) + 2, 100), '-', confirmed_groups.school_id
        )
        and protected.person_id like concat(systems.source_system, '-%')

),

persons as (

    select person_id from {{ source('delivery', 'delivered_persons') }}
    union
    select person_id from {{ source('delivery', 'kept_persons') }}

),

records as (

    select
        'person' as entity,
        erased.mode,
        erased.is_waiting,
        persons.person_id,
        {{ typed('null', 'school_id') }},
        {{ typed('null', 'school_form') }},
        {{ typed('null', 'child_id') }},
        {{ typed('null', 'responsible_id') }},
        {{ typed('null', 'group_id') }},
        {{ typed('null', 'staff_role') }}
    from persons
    inner join erased
        on erased.person_id = persons.person_id
    union all
    select 'enrolment', cast(null as nvarchar(10)), 0, person_id, school_id, school_form, {{ typed('null', 'child_id') }}, {{ typed('null', 'responsible_id') }}, {{ typed('null', 'group_id') }}, {{ typed('null', 'staff_role') }}
    from {{ source('delivery', 'delivered_enrolments') }}
    where person_id in (select protected.person_id from protected)
    union all
    select 'duty', cast(null as nvarchar(10)), 0, person_id, school_id, {{ typed('null', 'school_form') }}, {{ typed('null', 'child_id') }}, {{ typed('null', 'responsible_id') }}, {{ typed('null', 'group_id') }}, {{ typed('null', 'staff_role') }}
    from {{ source('delivery', 'delivered_duties') }}
    where person_id in (select protected.person_id from protected)
    union all
    select 'responsible', cast(null as nvarchar(10)), 0, {{ typed('null', 'person_id') }}, {{ typed('null', 'school_id') }}, {{ typed('null', 'school_form') }}, child_id, responsible_id, {{ typed('null', 'group_id') }}, {{ typed('null', 'staff_role') }}
    from {{ source('delivery', 'delivered_responsibles') }}
    where child_id in (select protected.person_id from protected)
        or responsible_id in (select protected.person_id from protected)
    union all
    select 'group', 'delete', 0, {{ typed('null', 'person_id') }}, {{ typed('null', 'school_id') }}, {{ typed('null', 'school_form') }}, {{ typed('null', 'child_id') }}, {{ typed('null', 'responsible_id') }}, group_id, {{ typed('null', 'staff_role') }}
    from own_groups
    union all
    select 'membership', cast(null as nvarchar(10)), 0, person_id, {{ typed('null', 'school_id') }}, {{ typed('null', 'school_form') }}, {{ typed('null', 'child_id') }}, {{ typed('null', 'responsible_id') }}, group_id, {{ typed('null', 'staff_role') }}
    from {{ source('delivery', 'delivered_group_memberships') }}
    where person_id in (select protected.person_id from protected)
        or group_id in (select own_groups.group_id from own_groups)
    union all
    select 'staff', cast(null as nvarchar(10)), 0, person_id, {{ typed('null', 'school_id') }}, {{ typed('null', 'school_form') }}, {{ typed('null', 'child_id') }}, {{ typed('null', 'responsible_id') }}, group_id, staff_role
    from {{ source('delivery', 'delivered_group_staff') }}
    where person_id in (select protected.person_id from protected)
        or group_id in (select own_groups.group_id from own_groups)

)

select * from records
