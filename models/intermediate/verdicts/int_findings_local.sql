-- What in the customer's own SQL could not be used.
-- One row is a name of a group that the customer gives. No key. The name itself is not shown: it may be anything.
-- Change: texts in seeds/rules/findings.csv.

with

own_names as (

    select * from {{ ref('int_own_names_judged') }} where fault is not null and name_rank = 1

),

found as (

    select
        'own_name_unusable' as finding_code,
        entity,
        source_system,
        source_key,
        school_id,
        concat('local_group_names: ', fault) as evidence
    from own_names

)

select * from found
