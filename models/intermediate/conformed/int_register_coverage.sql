-- How many of the persons read stand in the population register: their protection is only as good as that (PER-11).
-- One row.
-- Change: how far it may fall from one night to the next is the setting max_register_drop_percent.

with

persons as (

    select * from {{ ref('int_persons_conformed') }}

),

counted as (

    select
        count(*) as persons,
        coalesce(sum(has_register_row), 0) as covered
    from persons

)

select * from counted
