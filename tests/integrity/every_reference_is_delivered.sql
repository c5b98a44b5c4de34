-- What a delivered record points at is delivered too: persons, schools, groups, a student's enrolment, a teacher's duty.
-- One row is a record that points at nothing. It has only keys.
{{ config(meta={
    'what': 'A record of the export refers to one that is not in the export.',
    'when': 'The receiver would refuse the record, or hang it on the wrong one.',
    'how_to_resolve': 'See which verdict let the record through (int_<entity>_judged) and why the one it names was left out; often a replaced model or the profile\'s own SQL.',
}) }}
with

persons as (

    select person_id from {{ ref('export_persons') }}

),

schools as (

    select school_id from {{ ref('export_schools') }}

),

enrolments as (

    select person_id, school_id from {{ ref('export_enrolments') }}

),

duties as (

    select person_id, school_id from {{ ref('export_duties') }}

),

groups as (

    select group_id, school_id from {{ ref('export_groups') }}

),

memberships as (

    select group_id, person_id from {{ ref('export_group_memberships') }}

),

staff as (

    select group_id, person_id from {{ ref('export_group_staff') }}

),

responsibles as (

    select child_id, responsible_id from {{ ref('export_responsibles') }}

),

offenders as (

    select 'enrolment' as entity, 'person' as lacks, person_id as record_key, school_id as other_key
    from enrolments
    where person_id not in (select person_id from persons)
    union all
    select 'enrolment', 'school', person_id, school_id
    from enrolments
    where school_id not in (select school_id from schools)
    union all
    select 'duty', 'person', person_id, school_id
    from duties
    where person_id not in (select person_id from persons)
    union all
    select 'duty', 'school', person_id, school_id
    from duties
    where school_id not in (select school_id from schools)
    union all
    select 'group', 'school', group_id, school_id
    from groups
    where school_id not in (select school_id from schools)
    union all
    select 'responsible', 'enrolment of the child', child_id, responsible_id
    from responsibles
    where child_id not in (select person_id from enrolments)
    union all
    select 'responsible', 'person', child_id, responsible_id
    from responsibles
    where child_id not in (select person_id from persons)
        or responsible_id not in (select person_id from persons)
    union all
    select 'membership', 'group', group_id, person_id
    from memberships
    where group_id not in (select group_id from groups)
    union all
    select 'membership', 'enrolment', group_id, person_id
    from memberships
    where person_id not in (select person_id from enrolments)
    union all
    select 'staff', 'group', group_id, person_id
    from staff
    where group_id not in (select group_id from groups)
    union all
    select 'staff', 'duty at the school of the group', staff.group_id, staff.person_id
    from staff
    inner join groups
        on groups.group_id = staff.group_id
    left join duties
        on duties.person_id = staff.person_id
        and duties.school_id = groups.school_id
    where duties.person_id is null

)

select * from offenders
