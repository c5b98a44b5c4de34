-- What staff do in classes and groups, in all registers of the profile.
-- One row is an activity row of a register. Key: activity_row.
-- Change: stg_<family>__activities says what a register calls an activity. Codes for active in seeds/rules/active_codes.csv.

with

activities as (

    {{ union_staging('activities') }}

),

active_codes as (

    select * from {{ ref('active_codes') }}

),

persons as (

    select * from {{ ref('int_persons_identified') }} where key_rank = 1

),

conformed as (

    select
        row_number() over (
            order by {{ exact('activities.source_system') }}, {{ exact('activities.activity_key') }}, {{ exact('activities.link_source') }}, {{ exact('activities.person_key') }}, activities.start_date, activities.end_date, {{ exact('activities.active_code') }}
        ) as activity_row,
        activities.*,
        activities.activity_key as source_key,
        persons.person_id,
        coalesce(active_codes.is_active, 0) as is_active,
        {{ contains_text("coalesce(activities.marker_text, '')", setting('group_selection_text')) }} as is_marked
    from activities
    left join active_codes
        on active_codes.source_system = activities.source_system
        and upper(active_codes.source_code) = upper(activities.active_code)
    left join persons
        on persons.source_system = activities.source_system
        and persons.person_key = activities.person_key

),

counted as (

    select
        conformed.*,
        case
            when source_key is null or start_date is null then 0
            when {{ setting('group_selection') }} = 'marker' and is_marked = 0 and is_by_signature = 0 then 0
            else 1
        end as is_counted
    from conformed

)

select * from counted
