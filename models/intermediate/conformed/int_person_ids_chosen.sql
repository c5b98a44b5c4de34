-- Which of a person's ids is exported (PER-4, PER-13). First comes an id that the receiver has confirmed, then an id of a person whom it
-- keeps without links, then the lowest: by the order of the sources, then by the id as text.
-- One row is an id that a register has for a person. Key: source_system, person_key, own_id. A valid personnummer is one person. A
-- TF-nummer and an invalid number join nobody here.
-- Change: the order of the sources in profile.yml. Nowhere else does the confirmed state decide anything
-- (docs/decisions/0031-keep-an-id-that-the-receiver-confirmed.md).

with

person_ids as (

    {{ union_staging('person_ids') }}

),

persons as (

    select * from {{ ref('int_persons_checked') }} where key_rank = 1

),

systems as (

    {{ profile_systems() }}

),

received as (

    select person_id, 1 as received_rank from {{ source('delivery', 'delivered_persons') }}
    union all
    select person_id, 2 from {{ source('delivery', 'kept_persons') }}

),

received_ids as (

    select
        systems.source_system,
        {{ id_key("substring(received.person_id, len(systems.source_system) + 2, 100)") }} as compared_id,
        received.person_id,
        received.received_rank
    from received
    inner join systems
        on received.person_id like concat(systems.source_system, '-%')

),

-- If the receiver has one id in two spellings, one of them is used.
received_once as (

    select
        received_ids.*,
        row_number() over (partition by source_system, compared_id order by received_rank, {{ exact('person_id') }}) as spelling_rank
    from received_ids

),

borne as (

    select
        person_ids.source_system,
        person_ids.person_key,
        person_ids.own_id,
        person_ids.id_rank,
        persons.source_rank,
        case
            when persons.is_personnummer = 1 then persons.civic_key
            else concat(persons.source_system, '-', persons.person_key)
        end as bearer,
        coalesce(received_once.received_rank, 3) as received_rank,
        coalesce(received_once.person_id, {{ person_id('person_ids.source_system', 'person_ids.own_id') }}) as own_person_id
    from person_ids
    inner join persons
        on persons.source_system = person_ids.source_system
        and persons.person_key = person_ids.person_key
    left join received_once
        on received_once.source_system = person_ids.source_system
        and received_once.compared_id = {{ id_key('person_ids.own_id') }}
        and received_once.spelling_rank = 1

),

ranked as (

    select
        borne.*,
        row_number() over (
            partition by bearer
            order by received_rank, source_rank, id_rank, {{ exact(id_key('own_id')) }}, {{ exact('person_key') }}
        ) as bearer_rank,
        row_number() over (
            partition by source_system, person_key
            order by received_rank, id_rank, {{ exact(id_key('own_id')) }}
        ) as key_id_rank
    from borne

),

chosen as (

    select
        source_system,
        person_key,
        own_id,
        key_id_rank,
        {{ first_text('case when bearer_rank = 1 then own_person_id end', 'partition by bearer') }} as person_id
    from ranked

)

select * from chosen
