-- How many of the persons read stand in the population register. Their protection is only as good as that (PER-11).
-- One row is the build. No key: there is always one row.
-- Change: the setting max_register_drop_percent says how far the share may fall from one night to the next.

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
