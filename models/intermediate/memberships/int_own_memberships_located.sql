-- The memberships that the customer adds, with the group, its window and the student's enrolment (MEM-1, WIN).
-- One row is a row of the hook model local_memberships that names a person who may be read. Key: own_membership_row. A row that names
-- anybody else, protected or unknown, counts for nothing (PER-1).
-- Change: rows in the profile's models/local_memberships.sql.

with

own_memberships as (

    select
        cast(group_id as nvarchar(200)) as group_id,
        cast(person_id as nvarchar(100)) as person_id,
        try_cast(start_date as date) as start_date,
        try_cast(end_date as date) as end_date,
        case when start_date is not null and try_cast(start_date as date) is null then 'start_date' when end_date is not null and try_cast(end_date as date) is null then 'end_date' end as unreadable_columns
    from {{ ref('local_memberships') }}

),

persons as (

    select distinct person_id from {{ ref('int_persons_conformed') }} where person_id is not null

),

students as (

    select distinct person_id from {{ ref('int_enrolments_merged') }}

),

groups as (

    select * from {{ ref('int_groups_judged') }} where key_rank = 1 and is_reported = 1

),

windows as (

    select * from {{ ref('int_windows') }}

),

joined as (

    select
        persons.person_id,
        cast(null as nvarchar(100)) as ambiguous_column,
        own_memberships.group_id as register_key,
        groups.group_row,
        groups.group_id,
        groups.reason_code as group_reason,
        groups.school_id,
        groups.school_form,
        groups.source_system as group_system,
        case when groups.group_kind in ('class', 'class_group') then 'student_class' else 'student_group' end as entity,
        case
            when {{ setting('student_lead_basis') }} = 'group_start' and groups.start_date > own_memberships.start_date then groups.start_date
            else own_memberships.start_date
        end as start_date,
        own_memberships.start_date as own_start_date,
        own_memberships.end_date,
        own_memberships.unreadable_columns,
        case when students.person_id is null then 0 else 1 end as is_enrolled
    from own_memberships
    inner join persons
        on {{ id_key('persons.person_id') }} = {{ id_key('own_memberships.person_id') }}
    left join groups
        on groups.group_id = own_memberships.group_id
    left join students
        on students.person_id = persons.person_id

),

located as (

    select
        row_number() over (order by {{ exact('joined.register_key') }}, {{ exact('joined.person_id') }}, joined.start_date, joined.end_date) as own_membership_row,
        'local' as source_system,
        {{ cut_to_length("concat(joined.register_key, '-', joined.person_id)", 'source_key') }},
        joined.*,
        coalesce(windows.days_before, 0) as days_before,
        coalesce(windows.days_after, 0) as days_after
    from joined
    left join windows
        on windows.source_system = joined.group_system
        and windows.school_form = joined.school_form
        and windows.entity = joined.entity

)

select * from located
