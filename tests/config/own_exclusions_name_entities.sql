-- Each row of local_exclusions names a known entity. Any other would silently leave nothing out.
-- One row is an unknown entity.
{{ config(meta={
    'what': 'The profile\'s models/local_exclusions.sql gives an entity that nattsynk does not know.',
    'when': 'Its rows would leave nothing out, and who was meant to be left out would be delivered.',
    'how_to_resolve': 'Write one of the entities of docs/change/own-sql.md, in lower case: school, person, enrolment, duty, responsible, class, group, membership, staff.',
}) }}
with

local_exclusions as (

    select * from {{ ref('local_exclusions') }}

),

offenders as (

    select {{ exact('entity') }} as entity, count(*) as row_count
    from local_exclusions
    where {{ exact("coalesce(entity, '')") }} not in ('school', 'person', 'enrolment', 'duty', 'responsible', 'class', 'group', 'membership', 'staff')
    group by {{ exact('entity') }}

)

select * from offenders
