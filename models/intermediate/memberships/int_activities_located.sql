-- Each link with the class or group that it leads to, its teacher, its window and whether it is marked (MEM-2, MEM-3, EMP-3, GRP-1). A
-- teacher is also found by the signature.
-- One row is a link and a group that it leads to. Key: activity_row. group_row is blank if the class or group is not in the register.
-- Change: windows in the profile's seeds/sync_windows.csv, entity staff_group. The marker is the setting group_selection_text.

with

links as (

    select * from {{ ref('int_activities_gathered') }}

),

group_references as (

    select * from {{ ref('int_group_references') }}

),

groups as (

    select * from {{ ref('int_groups_located') }}

),

signatures as (

    select * from {{ ref('int_signatures_resolved') }}

),

windows as (

    select * from {{ ref('int_windows') }} where entity = 'staff_group'

),

duties as (

    select * from {{ ref('int_duties_merged') }}

),

employments as (

    select
        *,
        row_number() over (partition by person_id, source_system, unit_id order by start_date, {{ exact('source_key') }}) as unit_rank
    from {{ ref('int_employments_judged') }}
    where reason_code is null and signature is not null

),

placed as (

    select
        links.*,
        groups.group_row,
        groups.group_id,
        groups.group_kind,
        groups.unit_id,
        groups.school_id,
        groups.school_form,
        groups.start_date as group_start_date,
        groups.end_date as group_end_date,
        groups.class_reason_code,
        groups.class_evidence,
        coalesce(signatures.holders, 0) as holders,
        coalesce(signatures.active_holders, 0) as active_holders,
        coalesce(signatures.is_ambiguous, 0) as is_ambiguous,
        case when links.is_by_signature = 1 then signatures.person_id else links.person_id end as linked_id
    from links
    left join group_references
        on group_references.source_system = links.source_system
        and group_references.register_key = links.register_key
        and group_references.is_for_staff = 1
        and (group_references.part_code is null or links.part_code is null or upper(group_references.part_code) = upper(links.part_code))
    left join groups
        on groups.group_row = group_references.group_row
    left join signatures
        on links.is_by_signature = 1
        and signatures.school_id = groups.school_id
        and {{ exact('signatures.signature') }} = {{ exact('links.signature') }}

),

joined as (

    select
        row_number() over (order by placed.link_row, {{ exact('placed.group_id') }}) as activity_row,
        placed.link_row,
        placed.register_row,
        placed.source_system,
        placed.source_key,
        placed.linked_id as person_id,
        placed.ambiguous_column,
        placed.register_key,
        placed.subject_code,
        placed.course_code,
        placed.signature as link_signature,
        placed.is_by_signature,
        placed.holders,
        placed.active_holders,
        placed.is_ambiguous,
        placed.link_source,
        placed.is_active,
        placed.has_own_dates,
        case when placed.has_own_dates = 0 then placed.group_start_date else placed.start_date end as start_date,
        case when placed.has_own_dates = 0 then placed.group_end_date else placed.end_date end as end_date,
        placed.unreadable_columns,
        placed.group_row,
        placed.group_id,
        placed.group_kind,
        placed.school_id,
        placed.school_form,
        placed.class_reason_code,
        placed.class_evidence,
        placed.is_marked,
        placed.is_counted,
        coalesce(
            case when placed.is_by_signature = 0 then placed.signature end,
            employments.signature,
            placed.signature,
            duties.signature
        ) as signature,
        case when duties.person_id is null then 0 else 1 end as has_duty,
        coalesce(windows.days_before, 0) as days_before,
        coalesce(windows.days_after, 0) as days_after
    from placed
    left join duties
        on duties.person_id = placed.linked_id
        and duties.school_id = placed.school_id
    left join employments
        on employments.person_id = placed.linked_id
        and employments.source_system = placed.source_system
        and employments.unit_id = placed.unit_id
        and employments.unit_rank = 1
    left join windows
        on windows.source_system = placed.source_system
        and windows.school_form = placed.school_form

),

located as (

    select
        joined.*,
        {{ window_reason('activity', 'start_date', 'end_date', 'days_before', 'days_after', "case when link_source = 'aktivitet' then " ~ setting('activity_end_strict') ~ " else 0 end") }} as window_reason
    from joined

),

reported as (

    select
        located.*,
        case
            when is_by_signature = 1 and person_id is null and (holders = 0 or (is_ambiguous = 1 and active_holders < 2)) then 0
            else 1
        end as is_reported
    from located

)

select * from reported
