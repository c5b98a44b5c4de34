-- The day from which the receiver shows a class that is new to it (LIFE-5). `nattsynk preview` tells it.
-- One row is a class or department that the delta creates. Key: group_id. No rows if the receiver shows classes at once
-- (visible_days_before 0).
-- Change: the setting visible_days_before.

with

created as (

    select * from {{ ref('delta_groups') }} where operation = 'create' and group_type in ('Klass', 'Avdelning')

),

visible as (

    select
        group_id,
        {{ day_text(add_days('start_date', '-' ~ setting('visible_days_before') | trim)) }} as visible_from
    from created
    where start_date is not null and {{ setting('visible_days_before') }} > 0

)

select * from visible
