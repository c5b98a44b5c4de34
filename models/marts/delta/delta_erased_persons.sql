-- How each person goes whom the receiver has and a register now protects. The person is erased at once (PER-2). If one night protects very
-- many, the register may be wrong: then each is hidden at once, and erased when somebody approves it (PER-15).
-- One row is a person. Key: person_id. A view: who is protected is never stored.
-- Change: the settings max_erase_persons and max_erase_percent are the limits. delta_persons_protected decides whom it concerns.

with

protected as (

    select * from {{ ref('delta_persons_protected') }}

),

kept as (

    select * from {{ source('delivery', 'kept_persons') }}

),

builds as (

    select * from {{ source('delivery', 'builds') }}

),

deliveries as (

    select * from {{ source('delivery', 'deliveries') }}

),

delivered as (

    select count(*) as persons from {{ source('delivery', 'delivered_persons') }}

),

-- A receiver's state says whether it knows the mode hide. A receiver that does not is told to erase.
receiver as (

    select max(case when {{ exact('name') }} = 'receiver_hides' and {{ exact('value') }} = '1' then 1 else 0 end) as is_hiding
    from {{ source('delivery', 'state_marks') }}

),

-- All runs of a sync date are one night.
tonight as (

    select sync_date
    from builds
    where build_no = (select max(builds.build_no) from builds)

),

-- Persons whom an earlier run of this night has erased or hidden. They count too, so that a mass cannot go in portions.
gone as (

    select coalesce(sum(portions.persons), 0) as persons
    from (
        select deliveries.erased_persons as persons
        from deliveries
        inner join tonight
            on tonight.sync_date = deliveries.sync_date
        union all
        select 1
        from kept
        inner join tonight
            on tonight.sync_date = kept.hidden_on
    ) as portions

),

-- If many flags hold an unknown code, the register may be wrong. Then nobody is erased at once, however few they are.
codes as (

    select * from {{ ref('int_protection_codes') }}

),

counted as (

    select
        protected.person_id,
        kept.erasure,
        sum(case when kept.erasure is null then 1 else 0 end) over () as new_persons
    from protected
    left join kept
        on kept.person_id = protected.person_id

),

judged as (

    select
        counted.person_id,
        counted.erasure,
        case
            when codes.has_many_unknown = 1 then 1
            when counted.new_persons + gone.persons > {{ setting('max_erase_persons') }}
                and (counted.new_persons + gone.persons) * 100 > {{ setting('max_erase_percent') }} * (delivered.persons + gone.persons) then 1
            else 0
        end as is_mass
    from counted
    cross join gone
    cross join delivered
    cross join codes

),

-- A person hidden by a mass protection stays hidden until somebody approves the erase, whatever later nights say.
decided as (

    select
        judged.person_id,
        cast(case
            when receiver.is_hiding = 1 and (judged.erasure = 'hide' or (judged.erasure is null and judged.is_mass = 1)) then 'hide'
            else 'erase'
        end as nvarchar(10)) as mode,
        case when judged.erasure = 'hidden' then 1 else 0 end as is_waiting
    from judged
    cross join receiver

)

select * from decided
