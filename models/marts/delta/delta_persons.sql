-- What the receiver must be told so that it holds export_persons: what is new, changed or gone, and what is owed to it again.
-- One row is a line about a person that differs. Key: person_id, step. An omitted attribute is not compared or sent, in a resend either
-- (PER-5). Our record keeps the confirmed value, as the receiver does. It is compared again once its policy is no longer omit. A changed
-- number is a rekey: a line of its own before the update (PER-4). If a number moves from one person to another, the first person gives it
-- up before the other takes it; step gives the order.
-- Change: the setting person_removal says how a person is removed. int_person_attributes decides what is omitted.

with

persons as (

    select * from {{ ref('export_persons') }}

),

policies as (

    select * from {{ ref('int_person_attributes') }}

),

confirmed as (

    select * from {{ source('delivery', 'delivered_persons') }}

),

kept as (

    select
        persons.person_id,
        persons.previous_civic_no as replaced_civic_no,
        persons.filled,
        persons.omitted,
        confirmed.person_id as confirmed_id,
        confirmed.civic_no as confirmed_civic_no,
        -- If the number has the policy fill, a change is no rekey.
        case when persons.civic_no <> confirmed.civic_no and coalesce(policies.civic_no, 2) = 2 then 1 else 0 end as is_rekeyed,
        {%- for attribute in person_attributes() %}
        case when policies.{{ attribute }} = 0 then confirmed.{{ attribute }} else persons.{{ attribute }} end as {{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    from persons
    left join policies
        on policies.person_id = persons.person_id
    left join confirmed
        on confirmed.person_id = persons.person_id

),

-- What the receiver holds after the rekeys.
renumbered as (

    select
        confirmed.person_id,
        {%- for attribute in person_attributes() if attribute != 'civic_no' %}
        confirmed.{{ attribute }},
        {%- endfor %}
        case when kept.is_rekeyed = 1 then kept.civic_no else confirmed.civic_no end as civic_no,
        case when kept.is_rekeyed = 1 then confirmed.civic_no end as previous_civic_no
    from confirmed
    left join kept
        on kept.person_id = confirmed.person_id

),

said as (

    select
        kept.*,
        case when is_rekeyed = 0 then replaced_civic_no end as previous_civic_no
    from kept

),

compared as (

    {{ compare_with_delivered(
        'persons', entity='person', key=['person_id'],
        columns=person_attributes() + ['previous_civic_no'],
        policies=['filled', 'omitted'], removal=setting('person_removal'), exported='said', confirmed='renumbered'
    ) }}

),

waiting as (

    select * from {{ ref('delta_paused_persons') }}

),

takers as (

    select
        person_id,
        civic_no,
        case when confirmed_id is null then 1 else 0 end as is_new
    from kept
    where civic_no is not null and (confirmed_civic_no is null or civic_no <> confirmed_civic_no)
        and person_id not in (select waiting.person_id from waiting)

),

-- Persons whose number another person takes. If the person leaves and the other is new, the delete comes first, so that the
-- receiver may keep the record as the new person's. Else the person gives the number up by a rekey.
givers as (

    select
        confirmed.person_id,
        max(case when kept.person_id is null and takers.is_new = 1 then 0 else 1 end) as is_released
    from confirmed
    inner join takers
        on takers.civic_no = confirmed.civic_no
        and takers.person_id <> confirmed.person_id
    left join kept
        on kept.person_id = confirmed.person_id
    where kept.person_id is null or kept.civic_no is null or kept.civic_no <> confirmed.civic_no
    group by confirmed.person_id

),

lines as (

    select
        'rekey' as operation,
        cast(null as nvarchar(1000)) as changed,
        cast(null as nvarchar(10)) as mode,
        1 as step,
        cast(null as nvarchar(1000)) as filled,
        cast(null as nvarchar(1000)) as omitted,
        confirmed.person_id,
        cast(null as nvarchar(13)) as civic_no,
        confirmed.civic_no as previous_civic_no
        {%- for attribute in person_attributes() if attribute != 'civic_no' %},
        confirmed.{{ attribute }}
        {%- endfor %}
    from confirmed
    inner join givers
        on givers.person_id = confirmed.person_id
        and givers.is_released = 1
    union all
    select
        'rekey', cast(null as nvarchar(1000)) as changed, cast(null as nvarchar(10)) as mode, 2, cast(null as nvarchar(1000)) as filled, cast(null as nvarchar(1000)) as omitted, person_id, civic_no, previous_civic_no
        {%- for attribute in person_attributes() if attribute != 'civic_no' %}, {{ attribute }}{% endfor %}
    from renumbered
    where previous_civic_no is not null
    union all
    select
        compared.operation,
        compared.changed,
        compared.mode,
        case when compared.operation = 'delete' and givers.is_released = 0 then 3 else compared.step end,
        compared.filled,
        compared.omitted,
        compared.person_id,
        compared.civic_no,
        compared.previous_civic_no
        {%- for attribute in person_attributes() if attribute != 'civic_no' %},
        compared.{{ attribute }}
        {%- endfor %}
    from compared
    left join givers
        on givers.person_id = compared.person_id
    where compared.operation is not null

),

-- Paused persons wait (LIFE-4).
said_today as (

    select * from lines where person_id not in (select waiting.person_id from waiting)

)

select * from said_today
