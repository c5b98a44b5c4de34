-- The guardians of delivered children (GUA-1).
-- One row is a guardian of a child. Key: child_id, responsible_id.
-- Change: the settings include_guardians and guardians_of_adults. The rule stands in int_responsibles_exclusions.

with

responsibles as (

    select * from {{ ref('int_responsibles_judged') }} where reason_code is null

),

typed as (

    select distinct
        {{ typed('child_id', 'child_id') }},
        {{ typed('responsible_id', 'responsible_id') }},
        {{ typed("N'Vårdnadshavare'", 'relation_type') }}
    from responsibles

)

select * from typed
