-- Every relation of a guardian to a child gets a verdict: delivered, or not and why.
-- One row is a child and another person of a register. Key: responsible_row. A blank reason_code means that the relation is delivered.
-- Change: reasons in int_responsibles_exclusions.

with

responsibles as (

    select * from {{ ref('int_responsibles_conformed') }}

),

reasons as (

    {{ first_reason(ref('int_responsibles_exclusions'), 'responsible_row') }}

),

judged as (

    select
        responsibles.*,
        reasons.reason_code,
        reasons.evidence
    from responsibles
    left join reasons
        on reasons.responsible_row = responsibles.responsible_row

)

select * from judged
