-- The records that the receiver refused and that are still owed to it, by key alone, with what is wrong and what to do.
-- One row is a record that tonight's delivery tells again. Key: entity, record_key. No protected person is here. An erased record is left
-- out. A delete tonight is shown only for a school, or a group whose key holds no person's id. Another could name somebody newly protected.
-- Change: texts in seeds/rules/problem_types.csv.

with

owed as (

    select * from {{ source('delivery', 'owed_records') }} where problem_type <> 'resend'

),

erasures as (

    select sequence from {{ source('delivery', 'deliveries') }} where lane = 'erase'

),

problem_types as (

    select * from {{ ref('problem_types') }}

),

-- Keys as the ledger writes them. A person may have several lines. A line of step 1 may be about a person who is deleted.
said as (

    select 'school' as entity, school_id as record_key from {{ ref('delta_schools') }}
    union all
    select 'person', person_id from {{ ref('delta_persons') }} where operation <> 'delete' and step <> 1
    union all
    select 'enrolment', concat(person_id, '|', school_id, '|', school_form) from {{ ref('delta_enrolments') }} where operation <> 'delete'
    union all
    select 'duty', concat(person_id, '|', school_id) from {{ ref('delta_duties') }} where operation <> 'delete'
    union all
    select 'responsible', concat(child_id, '|', responsible_id) from {{ ref('delta_responsibles') }} where operation <> 'delete'
    union all
    select 'group', group_id from {{ ref('delta_groups') }} where operation <> 'delete' or group_id not like '%-mentor-%'
    union all
    select 'membership', concat(group_id, '|', person_id) from {{ ref('delta_group_memberships') }} where operation <> 'delete'
    union all
    select 'staff', concat(group_id, '|', person_id, '|', staff_role) from {{ ref('delta_group_staff') }} where operation <> 'delete'

),

refused as (

    select *
    from owed
    where sequence not in (select erasures.sequence from erasures)
        and exists (select 1 from said where said.entity = owed.entity and said.record_key = owed.record_key)

),

described as (

    select
        {{ typed('refused.entity', 'entity') }},
        cast(refused.record_key as nvarchar(400)) as record_key,
        cast(refused.operation as nvarchar(10)) as operation,
        cast(refused.problem_type as nvarchar(200)) as problem_type,
        cast(refused.pointer as nvarchar(200)) as pointer,
        cast(refused.created_at as date) as refused_on,
        {{ typed('coalesce(known.text_sv, others.text_sv)', 'text_sv') }},
        {{ typed('coalesce(known.action_sv, others.action_sv)', 'action_sv') }}
    from refused
    left join problem_types as known
        on known.problem_type = refused.problem_type
    left join problem_types as others
        on others.problem_type = 'other'

)

select * from described
